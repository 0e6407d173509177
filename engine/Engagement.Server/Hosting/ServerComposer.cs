using Engagement.Collector;
using Engagement.Core.Contracts;
using Engagement.Engine;
using Engagement.Engine.Delivery.Embedded;
using Engagement.Engine.Sites;
using Engagement.Engine.Stream;
using Engagement.Engine.Stream.Embedded;
using Engagement.Server.Demo;
using Engagement.Server.Replay;
using Microsoft.Extensions.Logging.Console;

namespace Engagement.Server.Hosting;

/// <summary>Puts the one process together: sites, log and store, collector, engine, API, pages.</summary>
public static class ServerComposer
{
    /// <summary>How long a stop may take: finish the batch, checkpoint, close the streams.</summary>
    public static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(10);

    /// <summary>The one file of the embedded log and store in a data directory.</summary>
    public static string DatabaseOf(string data) => Path.Combine(data, "engagement.db");

    /// <summary>Throws <see cref="InvalidSiteFilesException"/> when a site file is invalid.</summary>
    public static Task<WebApplication> ComposeAsync(ServeOptions options, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Directory.CreateDirectory(options.Data);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        Log(builder.Logging, options.Quiet);
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
        AddStorage(services, EmbeddedDatabase.Open(DatabaseOf(options.Data), TimeProvider.System));
        services.AddCollector();
        services.AddEngine();
        services.AddSingleton(provider => WorkersCheck(provider.GetRequiredService<EngineState>()));
        services.AddSingleton<ReadinessService>();
        services.AddSingleton(provider => SiteFilesCheck(provider.GetRequiredService<SiteFilesState>()));
        services.AddTelemetry();
        services.AddApiDescription();
        if (options.Demo) services.AddDemo(options.Traffic);

        var app = builder.Build();
        app.UseHttpDefaults();
        app.MapHealth();
        if (options.Demo) app.MapDemo();
        app.MapCollector();
        app.MapEngine();
        app.MapReplay();
        app.MapOpenApi("/openapi/{documentName}.json");
        return Task.FromResult(app);
    }

    /// <summary>The log and the delivery store in one file; the container closes them in the order of their making, the file last.</summary>
    private static void AddStorage(IServiceCollection services, EmbeddedDatabase database)
    {
        services.AddSingleton(_ => database);
        services.AddSingleton<IEventLog>(provider => new EmbeddedEventLog(provider.GetRequiredService<EmbeddedDatabase>()));
        services.AddSingleton<IDeliveryStore>(provider => new EmbeddedDeliveryStore(
            provider.GetRequiredService<EmbeddedDatabase>(), provider.GetRequiredService<ILogger<EmbeddedDeliveryStore>>()));
        services.AddSingleton(provider => AskCheck("event_log", provider.GetRequiredService<IEventLog>().CheckAsync));
        services.AddSingleton(provider => AskCheck("delivery_store", provider.GetRequiredService<IDeliveryStore>().CheckAsync));
    }

    private static ReadinessCheck AskCheck(string name, Func<CancellationToken, ValueTask> check) => new(name, async cancellation =>
    {
        await check(cancellation);
        return DependencyStatus.Ok(name);
    });

    private static SiteOptions SitesOf(ServeOptions options)
    {
        var directories = new List<SiteDirectory>();
        if (options.Demo) directories.Add(DemoSites.Prepare(options.Data));
        if (options.Config is not null || !options.Demo) directories.Add(new SiteDirectory(Path.GetFullPath(options.Config ?? Commands.ServeCommand.DefaultConfig)));
        return new SiteOptions { Directories = directories, AllowDemoKeys = options.Demo };
    }

    /// <summary>Ready once every partition has been rebuilt, and while none of them starts again.</summary>
    private static ReadinessCheck WorkersCheck(EngineState state) => new("partition_workers", _ => ValueTask.FromResult(
        state.Partitions.Count == 0 ? DependencyStatus.Unavailable("partition_workers", "not started yet")
        : state.NotReady() is { } reason ? DependencyStatus.Unavailable("partition_workers", reason)
        : DependencyStatus.Ok("partition_workers")));

    private static ReadinessCheck SiteFilesCheck(SiteFilesState state) => new("site_files", _ => ValueTask.FromResult(
        state.Errors is { Count: > 0 } errors
            ? DependencyStatus.Degraded("site_files", string.Join("; ", errors.Take(10)))
            : DependencyStatus.Ok("site_files")));

    /// <summary>To standard error, one line each: standard output belongs to <c>ready</c> and what to open.</summary>
    private static void Log(ILoggingBuilder logging, bool quiet)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
            console.UseUtcTimestamp = true;
        });
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.SetMinimumLevel(quiet ? LogLevel.Error : LogLevel.Information);
        logging.AddFilter("Microsoft", quiet ? LogLevel.Error : LogLevel.Warning);
    }
}
