using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Engagement.Core.Contracts;
using Engagement.Engine.Stream.Kafka;
using Engagement.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Benchmarks.Cluster;

/// <summary>A real broker and a real Redis on this machine, and nodes of the product over them; the recorded site's events go straight into the topic.</summary>
internal sealed class BenchCluster : IAsyncDisposable
{
    /// <summary>A site that lives by the log's clock: what is read late is decided as if it were read in time.</summary>
    public const string Site = "demo-replay";
    public const int Partitions = 4;
    private const string ApiKey = "demo-replay-api-key";
    private const string AgentToken = "demo-replay-agent-token";
    private static readonly string[] s_topics = [Topics.Events, Topics.Rejects, Topics.Decisions, Topics.Outcomes, Topics.Erasures, Topics.Notices];

    private BenchCluster(KafkaBroker kafka, RedisServer redis) => (Kafka, Redis) = (kafka, redis);

    public KafkaBroker Kafka { get; }
    public RedisServer Redis { get; }

    public static async Task<BenchCluster> StartAsync()
    {
        var kafka = KafkaBroker.StartAsync(asInProduction: true);
        var redis = await RedisServer.StartAsync();
        var cluster = new BenchCluster(await kafka, redis);
        foreach (var topic in s_topics) await cluster.Kafka.CreateTopicAsync(topic, Partitions);
        return cluster;
    }

    public async Task<KafkaEventLog> OpenLogAsync() => await KafkaEventLog.OpenAsync(
        new KafkaOptions { BootstrapServers = Kafka.BootstrapServers, BrokerVersion = KafkaBroker.Version, Partitions = Partitions, AppendTimeout = TimeSpan.FromSeconds(30) },
        NullLoggerFactory.Instance, TimeProvider.System, default);

    /// <summary>A node that has not been started.</summary>
    public ServerProcess Prepare(string role) => ServerProcess.Prepare(
        "--role", role, "--kafka", Kafka.BootstrapServers, "--broker-version", KafkaBroker.Version, "--kafka-partitions", Text(Partitions), "--redis", Redis.Address);

    public async Task<ServerProcess> StartAsync(string role)
    {
        var node = Prepare(role);
        await node.StartAgainAsync();
        return node;
    }

    /// <summary>One agent with a slot for every 200 visitors at a time, renewed until stopped.</summary>
    public static async Task KeepAgentAsync(ServerProcess node, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, "/v1/agents/ada/presence")
            {
                Content = new StringContent("""{"status":"available","capacity":50}""", Encoding.UTF8, "application/json"),
            };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AgentToken);
            try
            {
                (await node.Client.SendAsync(request, stop)).Dispose();
                await Task.Delay(TimeSpan.FromSeconds(5), stop);
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // Busy or stopping: the next one renews it.
            }
        }
    }

    /// <summary>Null while the node does not answer.</summary>
    public static async Task<NodeProgress?> ProgressOfAsync(ServerProcess node)
    {
        try
        {
            using var stats = await node.GetJsonAsync("/v1/stats", ApiKey);
            var root = stats.RootElement;
            var partitions = root.GetProperty("partitions").EnumerateArray().Select(p => (Phase: p.GetProperty("phase").GetString()!, Position: p.GetProperty("position").GetInt64())).ToArray();
            return new NodeProgress(
                partitions.Where(p => p.Phase != "idle").Select(p => p.Phase).ToArray(), partitions.Where(p => p.Phase is not ("idle" or "rebuilding")).Sum(p => p.Position),
                Sum(root, "records"), root.GetProperty("decisions").GetInt64(), root.GetProperty("offers").TryGetProperty("open", out var open) ? open.GetInt64() : 0);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or TaskCanceledException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Redis.DisposeAsync();
        await Kafka.DisposeAsync();
    }

    private static long Sum(JsonElement root, string name) => root.GetProperty(name).EnumerateObject().Sum(p => p.Value.GetInt64());

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>How far a node is.</summary>
/// <param name="Phases">Of the partitions that are its own.</param>
/// <param name="Position">Sum over them.</param>
/// <param name="Records">Applied since the process started.</param>
internal sealed record NodeProgress(string[] Phases, long Position, long Records, long Decisions, long Offers);
