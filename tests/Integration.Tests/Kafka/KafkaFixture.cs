using Engagement.Engine.Stream.Kafka;
using Engagement.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Integration.Tests.Kafka;

/// <summary>One broker for all tests of the log; each test has topics of its own.</summary>
public sealed class KafkaFixture : IAsyncLifetime
{
    public const string Collection = "Kafka";

    internal KafkaBroker Broker { get; private set; } = null!;

    internal KafkaOptions Options => new()
    {
        BootstrapServers = Broker.BootstrapServers,
        BrokerVersion = KafkaBroker.Version,
        Partitions = KafkaBroker.AutomaticPartitions,
        SessionTimeout = TimeSpan.FromSeconds(6),
    };

    public async Task InitializeAsync() => Broker = await KafkaBroker.StartAsync();
    public async Task DisposeAsync() => await Broker.DisposeAsync();

    internal ValueTask<KafkaEventLog> OpenAsync(KafkaOptions? options = null, ILoggerFactory? loggers = null) =>
        KafkaEventLog.OpenAsync(options ?? Options, loggers ?? NullLoggerFactory.Instance, TimeProvider.System, CancellationToken.None);
}

[CollectionDefinition(KafkaFixture.Collection)]
public sealed class KafkaCollection : ICollectionFixture<KafkaFixture>;
