using Engagement.Engine.Stream.Kafka;
using Engagement.Server.Hosting;

namespace Hosts.Tests.Server;

/// <summary>What a node of a cluster says of Kafka's topics.</summary>
public sealed class TopicCheckTests
{
    private static readonly ClusterOptions s_cluster = new() { Kafka = "127.0.0.1:9092", Redis = "127.0.0.1:6379" };

    [Fact]
    public void Plan_OfTheFileBesideTheProgram_WithWhatTheOptionsSay()
    {
        var plans = TopicPlanReader.Read(TopicCheckService.PlanFile);
        Assert.Equal(plans.Select(p => (p.Name, p.Partitions, p.Replication)), s_cluster.Plan(plans).Select(p => (p.Name, p.Partitions, p.Replication)));
        var fewer = s_cluster with { KafkaPartitions = 4, KafkaReplication = 1 };
        Assert.All(fewer.Plan(plans), p => Assert.Equal((4, 1, 1), (p.Partitions, p.Replication, p.MinInSyncReplicas)));
    }

    [Fact]
    public void Describe_Findings_NamesTopicWhatIsAndWhatShouldBe()
    {
        var plan = TopicPlanReader.Read(TopicCheckService.PlanFile)[0];
        var found = new TopicState(plan.Name, plan.Partitions + 1, plan.Replication, null);
        Assert.Null(TopicCheckService.Describe([new TopicFinding(plan, [])]));
        Assert.Equal($"{plan.Name}: missing", TopicCheckService.Describe([new TopicFinding(plan, ["missing", $"{TopicSetup.ToMakeIt}a tool's line"])]));
        Assert.Equal(
            $"{plan.Name}: partitions: is {plan.Partitions + 1}, should be {plan.Partitions}",
            TopicCheckService.Describe([new TopicFinding(plan, []), new TopicFinding(plan, [.. plan.Compare(found)])]));
    }
}
