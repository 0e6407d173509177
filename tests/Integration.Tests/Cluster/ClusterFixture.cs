using Engagement.Server.Hosting;
using Engagement.Server.Replay;
using Engagement.Testing;

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
