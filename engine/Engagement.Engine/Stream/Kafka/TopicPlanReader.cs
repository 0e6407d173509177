using Engagement.Core.Contracts;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Engagement.Engine.Stream.Kafka;

/// <summary>Reads <c>deploy/topics.yaml</c>. Unknown keys are errors; every error is named. Thread-safe.</summary>
public static class TopicPlanReader
{
    private static readonly string[] Needed = [Topics.Events, Topics.Rejects, Topics.Decisions, Topics.Outcomes, Topics.Erasures, Topics.Notices];

    /// <summary>Throws <see cref="InvalidDataException"/> with everything that is wrong, <see cref="IOException"/> when it cannot be read.</summary>
    public static IReadOnlyList<TopicPlan> Read(string path)
    {
        using var text = File.OpenText(path);
        return Read(text, path);
    }

    /// <param name="name">What the file is called in errors.</param>
    public static IReadOnlyList<TopicPlan> Read(TextReader text, string name)
    {
        var file = Parse(text, name);
        var errors = FindErrors(file).ToList();
        if (errors.Count > 0) throw new InvalidDataException($"{name}: {string.Join("; ", errors)}");
        var segment = TimeSpan.FromHours(file.SegmentHours);
        return [.. file.Topics.Select(t => new TopicPlan(t.Name, file.Partitions, file.Replication, file.MinInSyncReplicas, TimeSpan.FromHours(t.RetentionHours), segment))];
    }

    private static TopicsFile Parse(TextReader text, string name)
    {
        try
        {
            var deserializer = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).WithDuplicateKeyChecking().Build();
            return deserializer.Deserialize<TopicsFile>(text) ?? throw new InvalidDataException($"{name}: is empty");
        }
        catch (YamlException e)
        {
            throw new InvalidDataException($"{name}: line {e.Start.Line}: {e.InnerException?.Message ?? e.Message}", e);
        }
    }

    private static IEnumerable<string> FindErrors(TopicsFile file)
    {
        if (file.Partitions is < 1 or > 1_024) yield return "partitions: 1 to 1024";
        if (file.Replication is < 1 or > 16) yield return "replication: 1 to 16";
        if (file.MinInSyncReplicas < 1 || file.MinInSyncReplicas > file.Replication) yield return "minInSyncReplicas: 1 to replication";
        if (file.SegmentHours is < 1 or > 168) yield return "segmentHours: 1 to 168";
        foreach (var topic in file.Topics.Where(t => t.RetentionHours is < 1 or > 24 * 366)) yield return $"{topic.Name}: retentionHours: 1 to {24 * 366}";
        foreach (var twice in file.Topics.GroupBy(t => t.Name).Where(g => g.Count() > 1)) yield return $"{twice.Key}: named twice";
        foreach (var missing in Needed.Except(file.Topics.Select(t => t.Name))) yield return $"{missing}: not in the file";
        foreach (var stranger in file.Topics.Select(t => t.Name).Except(Needed)) yield return $"{stranger}: no topic of the engine";
    }

    /// <summary>The file as it is written.</summary>
    private sealed class TopicsFile
    {
        public int Partitions { get; set; }
        public int Replication { get; set; }
        public int MinInSyncReplicas { get; set; }
        public int SegmentHours { get; set; }
        public List<TopicEntry> Topics { get; set; } = [];
    }

    private sealed class TopicEntry
    {
        public string Name { get; set; } = "";
        public int RetentionHours { get; set; }
    }
}
