using System.Diagnostics;
using System.Text.Json;
using Engagement.Core.Contracts;
using Engagement.Engine.Stream.Kafka;
using Engagement.Server.Hosting;
using Engagement.Server.Replay;
using Engagement.Testing;
using Integration.Tests.Kill;
using Microsoft.Extensions.Logging.Abstractions;

namespace Integration.Tests.Cluster;

/// <summary>A real Kafka and a real Redis, and nodes of the product over them; all on this machine.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("engagement-cluster-");
    private int _nodes;

    internal KafkaBroker Kafka { get; private set; } = null!;
    internal RedisServer Redis { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var kafka = KafkaBroker.StartAsync();
        Redis = await RedisServer.StartAsync();
        Kafka = await kafka;
    }

    public async Task DisposeAsync()
    {
        await Redis.DisposeAsync();
        await Kafka.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>A node with the demo's sites; returns when it is ready. All nodes share the sites' secrets.</summary>
    internal async Task<ServerProcess> StartNodeAsync(string role)
    {
        var data = DataOf(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{role}-{Interlocked.Increment(ref _nodes)}"));
        return await ServerProcess.StartAsync(data, traffic: false, Arguments(role));
    }

    /// <summary>Waits until the engines have divided all partitions among them and each has one at least.</summary>
    internal static async Task SharedAsync(params ServerProcess[] engines)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            var live = new List<int>();
            foreach (var engine in engines)
            {
                using var stats = await engine.GetJsonAsync("/v1/stats");
                live.Add(stats.RootElement.GetProperty("partitions").EnumerateArray().Count(p => p.GetProperty("phase").GetString() == "live"));
            }
            if (live.Sum() == KafkaBroker.AutomaticPartitions && live.TrueForAll(count => count > 0)) return;
            if (clock.Elapsed > TimeSpan.FromSeconds(30)) throw new TimeoutException($"live partitions by engine: {string.Join(", ", live)}");
        }
    }

    /// <summary>The log itself, to look at.</summary>
    internal async Task<KafkaEventLog> OpenLogAsync() => await KafkaEventLog.OpenAsync(
        new KafkaOptions { BootstrapServers = Kafka.BootstrapServers, BrokerVersion = KafkaBroker.Version, Partitions = KafkaBroker.AutomaticPartitions },
        NullLoggerFactory.Instance, TimeProvider.System, CancellationToken.None);

    /// <summary>Ids of the log's events that begin so, in the order of each partition.</summary>
    internal async Task<List<string>> ReadIdsAsync(string prefix)
    {
        await using var log = await OpenLogAsync();
        var found = new List<string>();
        for (var partition = 0; partition < log.PartitionCount; partition++)
        {
            foreach (var record in await UninterruptedRun.ReadAllAsync(log, Topics.Events, partition))
            {
                using var json = JsonDocument.Parse(record);
                if (json.RootElement.TryGetProperty("id", out var named) && named.GetString() is { } id && id.StartsWith(prefix, StringComparison.Ordinal)) found.Add(id);
            }
        }
        return found;
    }

    internal string[] Arguments(string role) =>
    [
        "--role", role, "--kafka", Kafka.BootstrapServers, "--broker-version", KafkaBroker.Version,
        "--kafka-partitions", $"{KafkaBroker.AutomaticPartitions}", "--redis", Redis.Address,
    ];

    private string DataOf(string name)
    {
        var data = Path.Combine(_folder.FullName, name);
        var shared = Path.Combine(_folder.FullName, "shared");
        lock (_folder)
        {
            if (!Directory.Exists(shared))
            {
                ReplayServer.WriteSecret(shared);
                DemoSites.Prepare(shared);
            }
        }
        Directory.CreateDirectory(Path.Combine(data, "secrets"));
        foreach (var secret in Directory.EnumerateFiles(Path.Combine(shared, "secrets"))) File.Copy(secret, Path.Combine(data, "secrets", Path.GetFileName(secret)));
        return data;
    }
}
