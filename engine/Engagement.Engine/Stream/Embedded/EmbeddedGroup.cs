using Engagement.Core.Contracts;

namespace Engagement.Engine.Stream.Embedded;

/// <summary>
/// A consumer group: divides a topic's partitions evenly among its members and moves as few as it must when one comes or goes. A partition moves
/// only after its owner has released it. Thread-safe.
/// </summary>
internal sealed class EmbeddedGroup(string name, EmbeddedTopic topic)
{
    private readonly Lock _gate = new();
    private readonly List<EmbeddedConsumer> _members = [];
    private readonly EmbeddedConsumer?[] _owners = new EmbeddedConsumer?[topic.Partitions.Length];
    private readonly bool[] _revoking = new bool[topic.Partitions.Length];

    public string Name => name;
    public EmbeddedTopic Topic => topic;

    public EmbeddedConsumer Join(EmbeddedPositions positions)
    {
        var member = new EmbeddedConsumer(this, positions);
        lock (_gate)
        {
            _members.Add(member);
            Divide();
        }
        return member;
    }

    /// <summary>The member is gone: what it owned goes to the others at once.</summary>
    public void Leave(EmbeddedConsumer member)
    {
        lock (_gate)
        {
            if (!_members.Remove(member)) return;
            for (var i = 0; i < _owners.Length; i++)
            {
                if (_owners[i] == member) Free(i);
            }
            Divide();
        }
    }

    public void Released(EmbeddedConsumer member, int partition)
    {
        lock (_gate)
        {
            if (_owners[partition] != member || !_revoking[partition]) return;
            Free(partition);
            Divide();
        }
    }

    private void Free(int partition)
    {
        _owners[partition] = null;
        _revoking[partition] = false;
    }

    private void Divide()
    {
        if (_members.Count == 0) return;
        for (var i = 0; i < _owners.Length; i++)
        {
            if (_owners[i] is null) Give(i, _members.MinBy(LoadOf)!);
        }
        // A partition that is being revoked counts for nobody; whoever has least gets it when it is released.
        var coming = _revoking.Count(r => r);
        while (true)
        {
            var most = _members.MaxBy(LoadOf)!;
            var least = _members.MinBy(LoadOf)!;
            if (LoadOf(most) - LoadOf(least) - coming <= 1) return;
            Revoke(Array.FindLastIndex(_owners, owner => owner == most), most);
            coming++;
        }
    }

    private void Give(int partition, EmbeddedConsumer member)
    {
        _owners[partition] = member;
        member.Tell(ConsumerSignalKind.Assigned, partition);
    }

    private void Revoke(int partition, EmbeddedConsumer member)
    {
        while (_revoking[partition]) partition = Array.FindLastIndex(_owners, partition - 1, owner => owner == member);
        _revoking[partition] = true;
        member.Tell(ConsumerSignalKind.Revoked, partition);
    }

    private int LoadOf(EmbeddedConsumer member)
    {
        var load = 0;
        for (var i = 0; i < _owners.Length; i++)
        {
            if (_owners[i] == member && !_revoking[i]) load++;
        }
        return load;
    }
}
