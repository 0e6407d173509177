using System.Collections.Immutable;
using System.Text;
using Engagement.Core.Contracts;
using Engagement.Engine.Stream.Kafka;
using Engagement.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Integration.Tests.Kafka;

/// <summary>What is passed through reaches every client: a broker that is reached over TLS only, by its certificate.</summary>
public sealed class KafkaTlsTests
{
    [Fact]
    public async Task OpenAsync_WithTlsProperties_EveryClientSpeaksTlsAndKnowsTheBroker()
    {
        await using var broker = await KafkaBroker.StartAsync(tls: true);
        var options = new KafkaOptions
        {
            BootstrapServers = broker.TlsBootstrapServers,
            BrokerVersion = KafkaBroker.Version,
            Partitions = KafkaBroker.AutomaticPartitions,
            Properties = ImmutableDictionary<string, string>.Empty.Add("security.protocol", "SSL").Add("ssl.ca.location", broker.CertificateFile),
        };
        await using (var log = await OpenAsync(options))
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            // A first handshake on a busy machine may take longer than an append waits; a caller tries again.
            while (!(await log.AppendAsync("secret", [new LogAppend("k"u8.ToArray(), "v"u8.ToArray(), 2)], patience.Token)).IsDurable) await Task.Delay(100);
            using (var batch = await log.ReadAsync("secret", 2, 0, 10, default)) Assert.Equal("v", Encoding.UTF8.GetString(batch[0].Value.Span));
            await using var consumer = await log.JoinAsync("secret", "g", default);
            Assert.Equal(ConsumerSignalKind.Assigned, (await consumer.NextAsync(patience.Token)).Kind);
        }

        // Without the certificate nothing is believed.
        await using var stranger = await OpenAsync(options with { Properties = options.Properties.Remove("ssl.ca.location") });
        await Assert.ThrowsAsync<IOException>(async () => await stranger.CheckAsync(default));
    }

    private static ValueTask<KafkaEventLog> OpenAsync(KafkaOptions options) =>
        KafkaEventLog.OpenAsync(options, NullLoggerFactory.Instance, TimeProvider.System, default);
}
