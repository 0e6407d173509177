using Confluent.Kafka;
using Engagement.Core.Contracts;
using Engagement.Engine.Stream.Kafka;
using Engagement.Testing;
using Hosts.Tests.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Integration.Tests.Kafka;

/// <summary>
/// The contract again over today's protocol, which the real broker of these tests is too old for: version negotiation, the idempotent producer,
/// groups as they are now. librdkafka's own mock cluster of three brokers answers over TCP.
/// </summary>
public sealed class KafkaProtocolTests : EventLogContract
{
    private readonly IProducer<Null, Null> _cluster;
    private readonly string _servers;

    public KafkaProtocolTests()
    {
        Librdkafka.EnsureResolvable();
        _cluster = new ProducerBuilder<Null, Null>(new Dictionary<string, string> { ["bootstrap.servers"] = "replaced.by.the.mock", ["test.mock.num.brokers"] = "3" })
            .SetLogHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(_cluster.Handle).Build();
        _servers = string.Join(',', admin.GetMetadata(TimeSpan.FromSeconds(10)).Brokers.Select(b => $"{b.Host}:{b.Port}"));
    }

    protected override bool TrimsOnRequest => false;

    private KafkaOptions Options => new() { BootstrapServers = _servers, Partitions = KafkaBroker.AutomaticPartitions, SessionTimeout = TimeSpan.FromSeconds(6) };

    [Fact]
    public async Task JoinAsync_WithInstanceId_AssignedAndAgainAfterRestart()
    {
        for (var start = 0; start < 2; start++)
        {
            await using var log = await OpenAsync(Options with { InstanceId = "node-1" });
            await using var reader = new GroupReader(await log.JoinAsync(Topic, "static", default));
            await reader.UntilAsync(() => reader.Owned.Count == log.PartitionCount, TimeSpan.FromSeconds(30));
        }
    }

    protected override async ValueTask<IEventLog> OpenAsync() => await OpenAsync(Options);

    private static ValueTask<KafkaEventLog> OpenAsync(KafkaOptions options) =>
        KafkaEventLog.OpenAsync(options, NullLoggerFactory.Instance, TimeProvider.System, default);

    protected override ValueTask CloseAsync(IEventLog log) => log.DisposeAsync();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _cluster.Dispose();
    }
}
