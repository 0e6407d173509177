namespace Engagement.Engine.Stream.Embedded;

/// <summary>A topic with its partitions and the consumer groups that read it. Thread-safe.</summary>
internal sealed class EmbeddedTopic(string name, EmbeddedPartition[] partitions)
{
    private readonly Dictionary<string, EmbeddedGroup> _groups = new(StringComparer.Ordinal);

    public string Name => name;
    public EmbeddedPartition[] Partitions => partitions;

    public EmbeddedGroup GroupOf(string group)
    {
        lock (_groups)
        {
            if (!_groups.TryGetValue(group, out var found)) _groups[group] = found = new EmbeddedGroup(group, this);
            return found;
        }
    }
}
