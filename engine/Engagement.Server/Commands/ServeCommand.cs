using System.CommandLine;
using System.Net;
using Engagement.Engine.Sites;
using Engagement.Server.Hosting;

namespace Engagement.Server.Commands;

/// <summary><c>serve</c>: collector and engine in one process, or one of them.</summary>
public static class ServeCommand
{
    public const string DefaultConfig = "config/sites";

    public static Command Create()
    {
        var role = new Option<string>("--role") { Description = "all: everything; collector: takes events, serves API and streams; engine: decides, serves API and streams, takes no events", DefaultValueFactory = _ => "all" };
        role.AcceptOnlyFromAmong("all", "collector", "engine");
        var port = new Option<int>("--port") { Description = "Port to listen on; 0: any free one", DefaultValueFactory = _ => 5080 };
        port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 65_535) result.AddError("--port: allowed: 0 to 65535");
        });
        var bind = new Option<string?>("--bind") { Description = "Address to listen on; default 127.0.0.1 with --demo, else 0.0.0.0" };
        var trustedProxies = new Option<string?>("--trusted-proxies") { Description = "Addresses and networks of the proxies before this node, with commas between: their X-Forwarded-For is believed" };
        var data = new Option<DirectoryInfo>("--data") { Description = "Where the log and the store live; in a cluster, the spool", DefaultValueFactory = _ => new DirectoryInfo(".data") };
        var config = new Option<DirectoryInfo?>("--config") { Description = $"Directory of site files; default {DefaultConfig}, with --demo none" };
        var demo = new Option<bool>("--demo") { Description = "The local demo: its sites, its published keys, its pages; this machine only" };
        var noTraffic = new Option<bool>("--no-traffic") { Description = "With --demo: no simulated visitors" };
        var allowPrivate = new Option<bool>("--allow-private-receivers") { Description = "Desks and webhooks may be at addresses of a private network or of this machine; otherwise at public ones only" };
        var command = new Command("serve", "Serves: collector, engine, API and, with --demo, the demo's pages") { role, port, bind, trustedProxies, data, config, demo, noTraffic, allowPrivate };
        var cluster = new ClusterArgumentsParser();
        cluster.AddTo(command);
        command.SetAction((result, cancellation) => RunAsync(
            cluster.Parse(result),
            new ServeOptions
            {
                Role = result.GetRequiredValue(role),
                Port = result.GetRequiredValue(port),
                Bind = result.GetValue(bind),
                TrustedProxies = result.GetValue(trustedProxies),
                Data = result.GetRequiredValue(data).FullName,
                Config = result.GetValue(config)?.FullName,
                Demo = result.GetValue(demo),
                AllowPrivateReceivers = result.GetValue(allowPrivate),
                Traffic = result.GetValue(demo) && !result.GetValue(noTraffic),
            },
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ClusterArguments cluster, ServeOptions options, CancellationToken cancellation)
    {
        var reader = new ClusterReader(Environment.GetEnvironmentVariable);
        options = options with { Cluster = reader.Read(cluster) };
        foreach (var error in reader.Errors) await Console.Error.WriteLineAsync(error);
        if (reader.Errors.Count > 0) return ExitCodes.BadConfiguration;
        if (options.Refusal() is { } refusal)
        {
            await Console.Error.WriteLineAsync(refusal);
            return ExitCodes.BadConfiguration;
        }
        try
        {
            await using var server = await ServerComposer.ComposeAsync(options, cancellation);
            return await ServerRun.RunAsync(server, options, Console.Out, cancellation);
        }
        catch (InvalidSiteFilesException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return ExitCodes.BadConfiguration;
        }
        catch (IOException exception) when (exception.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"Port {options.Port} is taken. Choose another with --port.");
            return ExitCodes.BadConfiguration;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return ExitCodes.Failed;
        }
    }
}
