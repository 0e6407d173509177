using Engagement.Collector;
using Engagement.Collector.Budgets;
using Engagement.Core.Contracts;
using Engagement.Desks;
using Engagement.Engine;
using Engagement.Engine.Sites;
using Engagement.Engine.Stream;
using Engagement.Server.AgentsConsole;
using Engagement.Server.BrowserSdk;
using Engagement.Server.Demo;
using Engagement.Server.Replay;

namespace Engagement.Server.Hosting;

/// <summary>Puts the one process together: sites, log and store, collector, engine, API, pages.</summary>
public static class ServerComposer
{
    /// <summary>How long a stop may take: finish the batch, checkpoint, close the streams.</summary>
    public static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(10);

    /// <summary>Throws <see cref="InvalidSiteFilesException"/> when a site file is invalid, <see cref="IOException"/> when the data directory is in use.</summary>
    public static Task<WebApplication> ComposeAsync(ServeOptions options, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Directory.CreateDirectory(options.Data);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        ServerLog.Configure(builder.Logging, options.Quiet);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(options.Address, options.Port);
            HttpDefaults.Limit(kestrel.Limits);
        });

        var services = builder.Services;
        services.Configure<HostOptions>(host => host.ShutdownTimeout = StopWithin);
        services.AddSingleton(TimeProvider.System);
        // First to start and last to stop: nothing that the others measure is missed.
        services.AddTelemetry();
        services.AddSites(SitesOf(options));
        if (options.Cluster is null) services.AddEmbeddedStorage(options);
        else services.AddClusterStorage(options);
        services.AddCollector();
        services.AddEngine(options.ToEngine());
        if (options.RunsWorkers) services.AddDesks(new DeskOptions { AllowPrivateAddresses = options.AllowPrivateReceivers });
        if (options.RunsWorkers) services.AddSingleton(provider => WorkersCheckOf(provider, options));
        services.AddSingleton<ReadinessService>();
        services.AddSingleton(provider => SiteFilesCheck(provider.GetRequiredService<SiteFilesState>()));
        services.AddApiDescription();
        if (options.Demo) services.AddDemo(options.Traffic);

        var app = builder.Build();
        app.UseHttpDefaults();
        if (TrustedProxies.TryParse(options.TrustedProxies ?? "", out var proxies, out _)) app.UseTrustedProxies(proxies);
        app.MapHealth();
        if (options.Demo) app.MapDemo();
        app.MapCollector(options.TakesEvents);
        app.MapEngine();
        app.MapReplay();
        app.MapSdk(SdkEndpoints.Root);
        app.MapConsole(ConsoleEndpoints.Root, options.Demo ? ConsoleEndpoints.ContentSecurityPolicyOfDemo : ConsoleEndpoints.ContentSecurityPolicy);
        app.MapOpenApi("/openapi/{documentName}.json");
        // Now and not with the first event: what an earlier process left in a spool is to be drained, and a refused password to be said.
        app.Services.GetRequiredService<IntakeLog>();
        app.Services.GetRequiredService<IDeliveryStore>();
        return Task.FromResult(app);
    }

    private static SiteOptions SitesOf(ServeOptions options)
    {
        var directories = new List<SiteDirectory>();
        if (options.Demo) directories.Add(DemoSites.Prepare(options.Data));
        if (options.Config is not null || !options.Demo) directories.Add(new SiteDirectory(Path.GetFullPath(options.Config ?? Commands.ServeCommand.DefaultConfig)));
        return new SiteOptions { Directories = directories, AllowDemoKeys = options.Demo };
    }

    private static ReadinessCheck WorkersCheckOf(IServiceProvider provider, ServeOptions options)
    {
        var check = new WorkersCheck(
            provider.GetRequiredService<EngineState>(), options.Cluster is not null, options.TakesEvents, provider.GetRequiredService<TimeProvider>());
        return new ReadinessCheck("partition_workers", _ => ValueTask.FromResult(check.Ask()));
    }

    private static ReadinessCheck SiteFilesCheck(SiteFilesState state) => new("site_files", _ => ValueTask.FromResult(
        state.Errors is { Count: > 0 } errors
            ? DependencyStatus.Degraded("site_files", string.Join("; ", errors.Take(10)))
            : DependencyStatus.Ok("site_files")));
}
