using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Engagement.Engine.Sites;
using Engagement.Engine.Stream.Kafka;
using Engagement.Testing;
using Integration.Tests.Kill;
using Microsoft.Extensions.Logging.Abstractions;

namespace Integration.Tests.Chaos;

/// <summary>
/// A whole cluster of real processes: Kafka broker, Redis with its append-only file, one collector with a spool of its own, two engines. Where network
/// namespaces may be made each has one of its own, else all share the loopback.
/// </summary>
internal sealed class ChaosCluster : IAsyncDisposable
{
    public const string Broker = "broker", Redis = "redis", Collector = "collector";
    public static readonly string[] Engines = ["engine1", "engine2"];

    private readonly string _folder = Directory.CreateTempSubdirectory("engagement-chaos-").FullName;
    private KafkaBroker _broker = null!;
    private RedisServer _redis = null!;

    private ChaosCluster() { }

    /// <summary>ENGAGEMENT_KEEP=1: what the nodes said, and the topics, stay in the temporary folder.</summary>
    public static bool Keeps => Environment.GetEnvironmentVariable("ENGAGEMENT_KEEP") == "1";

    /// <summary>Null where no namespaces may be made.</summary>
    public ChaosNetwork? Network { get; private set; }
    public Dictionary<string, ClusterNode> Nodes { get; } = [];
    public KafkaBroker Kafka => _broker;
    public RedisServer Store => _redis;
    public IReadOnlyList<Uri> Addresses => [.. Nodes.Values.Select(n => n.Address)];
    public string SitesDirectory => Path.Combine(_folder, "sites");

    /// <param name="desk">The site's own desk and webhook; null: it has none.</param>
    public static async Task<ChaosCluster> StartAsync(bool withNetwork, CompanyDesk? desk = null)
    {
        var cluster = new ChaosCluster();
        try
        {
            if (withNetwork) cluster.Network = await ChaosNetwork.CreateAsync(Broker, Redis, Collector, Engines[0], Engines[1]);
            ChaosSite.Write(cluster.SitesDirectory, desk);
            cluster._broker = await KafkaBroker.StartAsync(place: cluster.PlaceOf(Broker));
            cluster._redis = await RedisServer.StartAsync(new RedisServerSettings { AppendOnly = true, Place = cluster.PlaceOf(Redis) });
            foreach (var (name, role) in new[] { (Collector, "collector"), (Engines[0], "engine"), (Engines[1], "engine") })
            {
                cluster.Nodes[name] = new ClusterNode(
                    name, cluster.PlaceOf(name), FreePort(), Path.Combine(cluster._folder, name), [.. cluster.ArgumentsOf(role), .. desk is null ? [] : CompanyDesk.NodeArguments]);
                await cluster.Nodes[name].StartAsync();
            }
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client of the log that is no node of the cluster: what the test itself reads with.</summary>
    public ValueTask<KafkaEventLog> OpenLogAsync() => KafkaEventLog.OpenAsync(
        new KafkaOptions { BootstrapServers = _broker.BootstrapServers, BrokerVersion = KafkaBroker.Version, Partitions = KafkaBroker.AutomaticPartitions },
        NullLoggerFactory.Instance, TimeProvider.System, CancellationToken.None);

    /// <summary>The sites as the nodes read them.</summary>
    public SiteCatalog ReadSites()
    {
        var sites = new SiteDirectoryReader(new SiteOptions { Directories = [new SiteDirectory(SitesDirectory)] }).Read();
        Assert.Empty(sites.Errors);
        return sites.Catalog;
    }

    /// <summary>Beside what the nodes said, with the time: what was done to them when.</summary>
    public void Note(string text) =>
        File.AppendAllText(Path.Combine(_folder, "actions.txt"), string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow:HH:mm:ss} {text}{Environment.NewLine}"));

    /// <summary>The topics as files beside what the nodes said, one record a line, for whoever looks for a fault.</summary>
    public async Task DumpAsync(IEventLog log)
    {
        foreach (var topic in (string[])[Topics.Events, Topics.Decisions, Topics.Notices])
        {
            for (var partition = 0; partition < log.PartitionCount; partition++)
            {
                var lines = (await UninterruptedRun.ReadAllAsync(log, topic, partition)).Select(r => Encoding.UTF8.GetString(r.Span));
                await File.WriteAllLinesAsync(Path.Combine(_folder, $"{topic}-{partition}.ndjson"), lines);
            }
        }
    }

    /// <summary>The last that each node said, for a message of failure.</summary>
    public string Tails => string.Join("\n\n", Nodes.Values.Select(n => $"--- {n.Name}\n{n.Tail}"));

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes.Values) await node.DisposeAsync();
        if (_redis is not null) await _redis.DisposeAsync();
        if (_broker is not null) await _broker.DisposeAsync();
        if (Network is not null) await Network.DisposeAsync();
        if (!Keeps) Directory.Delete(_folder, recursive: true);
    }

    private NetworkPlace PlaceOf(string party) => Network?.PlaceOf(party) ?? NetworkPlace.Loopback;

    private string[] ArgumentsOf(string role) =>
    [
        "--role", role, "--config", SitesDirectory, "--kafka", _broker.BootstrapServers, "--broker-version", KafkaBroker.Version,
        "--kafka-partitions", KafkaBroker.AutomaticPartitions.ToString(CultureInfo.InvariantCulture), "--redis", _redis.Address,
        // The least that a broker allows: what has died is known to be dead.
        "--kafka-session-seconds", "6",
    ];

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
