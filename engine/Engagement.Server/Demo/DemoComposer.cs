namespace Engagement.Server.Demo;

/// <summary>Registers what the demo's pages and its simulated visitors need.</summary>
public static class DemoComposer
{
    public static IServiceCollection AddDemo(this IServiceCollection services, bool traffic)
    {
        services.AddSingleton<TrafficState>();
        if (traffic) services.AddHostedService<TrafficService>();
        return services;
    }
}
