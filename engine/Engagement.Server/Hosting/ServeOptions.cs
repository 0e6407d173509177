using System.Net;
using Engagement.Engine;

namespace Engagement.Server.Hosting;

/// <summary>What <c>serve</c> was asked for.</summary>
public sealed record ServeOptions
{
    /// <summary><c>all</c>, <c>collector</c> or <c>engine</c>. Default all.</summary>
    public string Role { get; init; } = "all";

    /// <summary>0 to 65535; 0: any free port. Default 5080.</summary>
    public int Port { get; init; } = 5080;

    /// <summary>Address to listen on. Default: loopback in the demo, else all.</summary>
    public string? Bind { get; init; }

    /// <summary>Addresses and networks of the proxies before this node, with commas between; null: none, and no forwarded address is believed.</summary>
    public string? TrustedProxies { get; init; }

    /// <summary>Directory of the log and the store; made when it is not there.</summary>
    public required string Data { get; init; }

    /// <summary>Directory of site files; null: <c>config/sites</c>, or none in the demo.</summary>
    public string? Config { get; init; }

    /// <summary>The local demo.</summary>
    public bool Demo { get; init; }

    /// <summary>Simulated visitors, in the demo only.</summary>
    public bool Traffic { get; init; }

    /// <summary>Whether desks and webhooks may be at addresses that are not public. Default false.</summary>
    public bool AllowPrivateReceivers { get; init; }

    /// <summary>The shared log and store; null: this node is on its own, with both in one file of its data directory.</summary>
    public ClusterOptions? Cluster { get; init; }

    /// <summary>Only errors are logged: for a server inside another command.</summary>
    public bool Quiet { get; init; }

    /// <summary>Whether <c>POST /v1/events</c> is answered here.</summary>
    public bool TakesEvents => Role != "engine";

    /// <summary>Whether partitions are worked on here.</summary>
    public bool RunsWorkers => Role != "collector";

    /// <summary>The address to listen on.</summary>
    public IPAddress Address => Bind is null ? Demo ? IPAddress.Loopback : IPAddress.Any : IPAddress.Parse(Bind);

    /// <summary>How the engine host runs with these.</summary>
    public EngineOptions ToEngine()
    {
        var engine = new EngineOptions { RunWorkers = RunsWorkers };
        return Cluster?.KafkaGroup is { } group ? engine with { Group = group } : engine;
    }

    /// <summary>Why these options cannot be served; null when they can.</summary>
    public string? Refusal()
    {
        if (Bind is not null && !IPAddress.TryParse(Bind, out _)) return $"--bind is '{Bind}'; allowed: an IP address";
        if (TrustedProxies is not null && !Collector.Budgets.TrustedProxies.TryParse(TrustedProxies, out _, out var fault))
            return $"--trusted-proxies has '{fault}'; allowed: addresses and networks such as 10.0.0.0/8, with commas between";
        if (Demo && !IPAddress.IsLoopback(Address)) return "--demo serves with keys that everybody knows: allowed on a loopback address only, such as --bind 127.0.0.1";
        if (Role != "all" && Cluster is null) return $"--role {Role} needs a log and a store that several nodes share: give --kafka and --redis";
        if (Cluster?.Errors is { Count: > 0 } errors) return string.Join(Environment.NewLine, errors);
        return null;
    }
}
