using Engagement.Engine.Sites;
using Engagement.Server.Demo;
using Microsoft.Extensions.Logging.Console;

namespace Engagement.Server.Hosting;

/// <summary>Puts the one process together: sites, log and store, collector, engine, API, pages.</summary>
public static class ServerComposer
{
    /// <summary>How long a stop may take: finish the batch, checkpoint, close the streams.</summary>
    public static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(10);

    /// <summary>Throws <see cref="InvalidSiteFilesException"/> when a site file is invalid.</summary>
    public static Task<WebApplication> ComposeAsync(ServeOptions options, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Directory.CreateDirectory(options.Data);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        Log(builder.Logging);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(options.Address, options.Port);
            HttpDefaults.Limit(kestrel.Limits);
        });

        var services = builder.Services;
        services.Configure<HostOptions>(host => host.ShutdownTimeout = StopWithin);
        services.AddSingleton(TimeProvider.System);
        services.AddSites(SitesOf(options));
        services.AddSingleton<ReadinessService>();
        services.AddSingleton(provider => SiteFilesCheck(provider.GetRequiredService<SiteFilesState>()));
        services.AddTelemetry();
        services.AddApiDescription();
        if (options.Demo) services.AddDemo(options.Traffic);

        var app = builder.Build();
        app.UseHttpDefaults();
        app.MapHealth();
        if (options.Demo) app.MapDemo();
        app.MapOpenApi("/openapi/{documentName}.json");
        return Task.FromResult(app);
    }

    private static SiteOptions SitesOf(ServeOptions options)
    {
        var directories = new List<SiteDirectory>();
        if (options.Demo) directories.Add(DemoSites.Prepare(options.Data));
        if (options.Config is not null || !options.Demo) directories.Add(new SiteDirectory(Path.GetFullPath(options.Config ?? Commands.ServeCommand.DefaultConfig)));
        return new SiteOptions { Directories = directories, AllowDemoKeys = options.Demo };
    }

    private static ReadinessCheck SiteFilesCheck(SiteFilesState state) => new("site_files", _ => ValueTask.FromResult(
        state.Errors is { Count: > 0 } errors
            ? DependencyStatus.Degraded("site_files", string.Join("; ", errors.Take(10)))
            : DependencyStatus.Ok("site_files")));

    /// <summary>To standard error, one line each: standard output belongs to <c>ready</c> and what to open.</summary>
    private static void Log(ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
            console.UseUtcTimestamp = true;
        });
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
    }
}
