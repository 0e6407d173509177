using Engagement.Core.Contracts;
using Hosts.Tests.Contracts;

namespace Integration.Tests.Kafka;

/// <summary>Kafka under the contract of all logs.</summary>
[Collection(KafkaFixture.Collection)]
public sealed class KafkaEventLogTests(KafkaFixture kafka) : EventLogContract
{
    protected override bool TrimsOnRequest => false;
    protected override async ValueTask<IEventLog> OpenAsync() => await kafka.OpenAsync();
    protected override ValueTask CloseAsync(IEventLog log) => log.DisposeAsync();
}
