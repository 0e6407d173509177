using Engagement.Engine;
using Engagement.Engine.Stream.Kafka;

namespace Engagement.Server.Hosting;

/// <summary>
/// Compares Kafka's topics with <c>topics.yaml</c> as soon as a broker answers, and again while anything is wrong: partitions, replication and retention,
/// where the broker tells it. What is wrong is logged once and named by <c>/health/ready</c>; serving goes on, but for a wrong number of partitions, which the log
/// itself refuses. Thread-safe to read.
/// </summary>
public sealed partial class TopicCheckService(ClusterOptions cluster, Resilience resilience, TimeProvider time, ILogger<TopicCheckService> logger) : BackgroundService
{
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(30);
    private volatile string? _wrong = "not compared with the plan yet: no broker has answered";

    /// <summary>The plan as it lies beside the program.</summary>
    public static readonly string PlanFile = Path.Combine(AppContext.BaseDirectory, "topics.yaml");

    /// <summary>What is, and what should be; null when all is as it should.</summary>
    public string? Wrong => _wrong;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var plans = cluster.Plan(TopicPlanReader.Read(PlanFile));
        using var setup = new TopicSetup(cluster.ToKafka(), logger);
        while (!stoppingToken.IsCancellationRequested)
        {
            var findings = await resilience.TopicCheck.ExecuteAsync(async c => await setup.CheckAsync(plans, c), stoppingToken);
            var wrong = Describe(findings);
            if (wrong is not null && wrong != _wrong) TopicsWrong(logger, wrong);
            _wrong = wrong;
            if (wrong is null) return;
            await Task.Delay(AgainAfter, time, stoppingToken);
        }
    }

    /// <summary>Null where there is no fault. How to mend one is for <c>topics check</c> to say.</summary>
    public static string? Describe(IEnumerable<TopicFinding> findings)
    {
        var faults = findings.SelectMany(finding => finding.Faults.Where(fault => !IsHowTo(fault)).Select(fault => $"{finding.Plan.Name}: {fault}")).ToList();
        return faults.Count == 0 ? null : string.Join("; ", faults);
    }

    private static bool IsHowTo(string fault) => fault.StartsWith(TopicSetup.ToMakeIt, StringComparison.Ordinal);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kafka's topics are not as planned: {Wrong}")]
    private static partial void TopicsWrong(ILogger logger, string wrong);
}
