using System.Collections.Immutable;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Engine.Stream.Kafka;
using Engagement.Server.Commands;
using Engagement.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Integration.Tests.Kafka;

/// <summary>A topic or an option that is wrong is named, with what is and what should be.</summary>
[Collection(KafkaFixture.Collection)]
public sealed class KafkaTopicTests(KafkaFixture kafka)
{
    private readonly string _topic = $"topic-{Guid.NewGuid():n}";

    [Fact]
    public async Task AnyUse_OtherNumberOfPartitions_NothingIsWrittenAndBothNumbersAreNamed()
    {
        await kafka.Broker.CreateTopicAsync(_topic, 3);
        await using var log = await kafka.OpenAsync();
        Assert.Equal(AppendOutcome.Unavailable, (await log.AppendAsync(_topic, [new LogAppend("k"u8.ToArray(), "v"u8.ToArray())], default)).Outcome);
        var wrong = await Assert.ThrowsAsync<TopicMismatchException>(async () => await log.JoinAsync(_topic, "g", default));
        Assert.Contains("has 3 partitions, should have 4", wrong.Message, StringComparison.Ordinal);

        await using var right = await kafka.OpenAsync(kafka.Options with { Partitions = 3 });
        for (var p = 0; p < 3; p++) Assert.Equal((0L, 0L), await right.GetBoundsAsync(_topic, p, default));
    }

    [Fact]
    public async Task Check_OldBroker_SaysWhatIsWrongAndHowToMakeWhatIsMissing()
    {
        await kafka.Broker.CreateTopicAsync(_topic, 3);
        // ZooKeeper has it at once; the broker says so a little later.
        await using (var log = await kafka.OpenAsync(kafka.Options with { Partitions = 3 })) await log.GetBoundsAsync(_topic, 0, default);
        TopicPlan[] plans = [Plan(_topic, 3, 1), Plan(_topic, 12, 2), Plan("nowhere", 12, 1)];
        using var setup = new TopicSetup(kafka.Options, NullLogger.Instance);

        var findings = await setup.CheckAsync(plans);
        Assert.Empty(findings[0].Faults);
        Assert.True(findings[0].SettingsUnknown);
        Assert.Equal(["partitions: is 3, should be 12", "replication: is 1, should be 2"], findings[1].Faults);
        Assert.Equal("missing", findings[2].Faults[0]);
        Assert.Contains("kafka-topics.sh --zookeeper HOST:2181 --create --topic nowhere --partitions 12", findings[2].Faults[1], StringComparison.Ordinal);

        var created = await setup.CreateAsync(plans);
        Assert.Contains($"brokers of version {KafkaBroker.Version} have no request for it", created[2].Faults[0], StringComparison.Ordinal);
        var output = new StringWriter();
        Assert.Equal(ExitCodes.Failed, TopicsCommand.Report(created, output));
        Assert.Contains("nowhere: not made", output.ToString(), StringComparison.Ordinal);
    }

    /// <summary>A client that is gone while librdkafka still asks with it takes the process along: a cancelled question ends before it is answered for.</summary>
    [Fact]
    public async Task Check_NobodyAnswersAndCancelled_TheQuestionHasEndedWhenItReturns()
    {
        for (var round = 0; round < 5; round++)
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(30 + 170 * round));
            using var setup = new TopicSetup(kafka.Options with { BootstrapServers = "127.0.0.1:9" }, NullLogger.Instance);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => setup.CheckAsync([Plan("nowhere", 12, 1)], stop.Token).WaitAsync(TimeSpan.FromSeconds(30)));
        }
    }

    [Fact]
    public void Compare_SettingsTold_EveryDifferenceNamed()
    {
        var plan = Plan("t", 12, 3);
        var settings = new Dictionary<string, string>(plan.Settings) { ["retention.ms"] = "-1" };
        Assert.Equal(["retention.ms: is -1, should be 604800000"], plan.Compare(new TopicState("t", 12, 3, settings)));
        Assert.Empty(plan.Compare(new TopicState("t", 12, 3, plan.Settings)));
    }

    [Fact]
    public void Read_ShippedFile_AgreesWithTheLimits()
    {
        var plans = TopicPlanReader.Read(Repository.PathOf("deploy", "topics.yaml")).ToDictionary(p => p.Name);
        Assert.All(plans.Values, plan => Assert.Equal(Limits.KafkaPartitions, plan.Partitions));
        Assert.Equal(Limits.RetentionDefault, plans[Topics.Events].Retention);
        Assert.Equal(Limits.RetentionDefault, plans[Topics.Decisions].Retention);
        Assert.Equal(Limits.RejectRetention, plans[Topics.Rejects].Retention);
        Assert.Equal(Limits.OutcomeRetention, plans[Topics.Outcomes].Retention);
        Assert.Equal(Limits.RetentionDefault + TimeSpan.FromDays(1), plans[Topics.Erasures].Retention);
    }

    [Fact]
    public void Read_WrongFile_EveryErrorNamed()
    {
        const string wrong = "partitions: 0\nreplication: 2\nminInSyncReplicas: 3\nsegmentHours: 1\ntopics:\n  - name: engagement.events\n    retentionHours: 0\n";
        var message = Assert.Throws<InvalidDataException>(() => TopicPlanReader.Read(new StringReader(wrong), "file")).Message;
        Assert.All(["partitions: 1 to 1024", "minInSyncReplicas", "engagement.events: retentionHours", "engagement.rejects: not in the file"],
            part => Assert.Contains(part, message, StringComparison.Ordinal));
        Assert.Contains("line 2", Assert.Throws<InvalidDataException>(() => TopicPlanReader.Read(new StringReader("partitions: 1\nreplicas: 2\n"), "file")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_EverythingWrong_EveryErrorNamed()
    {
        var options = new KafkaOptions
        {
            BootstrapServers = "nowhere",
            BrokerVersion = "old",
            InstanceId = "node-1",
            Partitions = 0,
            ClientId = "",
            SessionTimeout = TimeSpan.FromMinutes(1),
            AppendTimeout = TimeSpan.Zero,
            FetchAheadBytesMax = 1,
            Properties = ImmutableDictionary.CreateRange(new Dictionary<string, string>
            {
                ["acks"] = "1",
                ["enable.auto.commit"] = "true",
                ["ssl.ca.loction"] = "x",
                ["security.protocol"] = "ssl",
                ["message.max.bytes"] = "many",
            }),
        };
        var errors = options.Validate();
        Assert.All(
            ["bootstrapServers", "brokerVersion", "instanceId", "partitions", "clientId", "sessionTimeout", "appendTimeout", "fetchAheadBytesMax",
                "properties: acks: refused", "properties: enable.auto.commit: refused", "properties: ssl.ca.loction: No such", "properties: message.max.bytes: "],
            part => Assert.Contains(errors, error => error.StartsWith(part, StringComparison.Ordinal)));
        Assert.Equal(12, errors.Count);
        Assert.Empty(kafka.Options.Validate());
    }

    private static TopicPlan Plan(string name, int partitions, int replication) =>
        new(name, partitions, replication, 1, Limits.RetentionDefault, TimeSpan.FromHours(1));
}
