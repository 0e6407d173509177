using Engagement.Core.Sites;
using Engagement.Engine.Agents;
using Engagement.Engine.Agents.SignIn;
using Engagement.Engine.Api;
using Engagement.Engine.Conversations;
using Engagement.Engine.Sites;
using Engagement.Engine.Stream;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Engagement.Engine;

/// <summary>Registers the engine host. Needs <c>IEventLog</c>, <c>IDeliveryStore</c>, the sites and a <see cref="TimeProvider"/>.</summary>
public static class EngineServices
{
    /// <summary>Throws <see cref="ArgumentException"/> with every error when an option is out of its bounds.</summary>
    public static IServiceCollection AddEngine(this IServiceCollection services, EngineOptions? options = null)
    {
        options ??= new EngineOptions();
        if (options.Validate() is { Count: > 0 } errors) throw new ArgumentException($"Engine options: {string.Join("; ", errors)}", nameof(options));
        services.AddMetrics();
        services.AddSingleton(options);
        services.TryAddSingleton<DoorCounters>();
        services.AddSingleton<Resilience>();
        services.AddSingleton<EngineState>();
        services.AddSingleton<EngineMetrics>();
        services.AddSingleton<EngineGauges>();
        services.AddSingleton<AvailabilityState>();
        services.AddSingleton<PageStreamState>();
        services.AddSingleton<OutcomeWriter>();
        services.AddSingleton<NoticeState>();
        services.AddSingleton<WorkerParts>();
        services.AddSingleton<StreamsState>();
        services.AddSingleton<ApiParts>();
        services.AddSingleton(provider => new OperatingTableReader(provider.GetService<SiteOptions>()?.ModelDirectory ?? SiteOptions.ModelDirectoryDefault));
        services.AddSingleton<OwnWritesPolicy>();
        services.AddSingleton<IdempotencyState>();
        services.AddSingleton<IdProviders>();
        services.AddSingleton<IdTokenReader>();
        services.AddSingleton(provider => new SignInOrigins(provider.GetRequiredService<SiteCatalogSource>(), provider.GetRequiredService<IdProviders>()));
        services.AddSingleton<RejectResender>();
        services.AddSingleton<InlineSessions>();
        services.AddConversations();
        services.AddSingleton<EngineService>();
        services.AddHostedService(provider => provider.GetRequiredService<EngineService>());
        services.AddHostedService<ShutdownService>();
        services.AddHostedService<SweepService>();
        services.AddHostedService<LagService>();
        services.AddHostedService<PagePresenceService>();
        return services;
    }

    /// <summary>Maps the engine's API: should-engage, invitations, visitors, conversations, agents, stats, overview, gaps.</summary>
    public static void MapEngine(this IEndpointRouteBuilder routes)
    {
        routes.MapShouldEngage();
        routes.MapInvitations();
        routes.MapAgents();
        routes.MapVisitors();
        routes.MapConversations();
        routes.MapStats();
        routes.MapOperatingPoints();
        routes.MapOverview();
        routes.MapGaps();
        routes.MapLog();
        routes.MapRejects();
    }
}
