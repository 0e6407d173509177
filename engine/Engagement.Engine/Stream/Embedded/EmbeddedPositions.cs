using System.Collections.Concurrent;

namespace Engagement.Engine.Stream.Embedded;

/// <summary>
/// Positions that groups have mirrored. In memory at once; in the file with whatever transaction comes next, because the checkpoint and not this
/// is the truth: a mirror must never cost a flush of the disk. Thread-safe.
/// </summary>
internal sealed class EmbeddedPositions : IWriteParticipant
{
    private readonly ConcurrentDictionary<(string Group, long Number), long> _positions = new();
    private readonly ConcurrentDictionary<(string Group, long Number), long> _unwritten = new();
    private readonly SqliteStatement _write;

    public EmbeddedPositions(EmbeddedDatabase database)
    {
        _write = database.Prepare("INSERT OR REPLACE INTO group_position(name, number, position) VALUES(?1, ?2, ?3)");
        using var read = new SqliteStatement(database.Handle, "SELECT name, number, position FROM group_position");
        while (read.Step()) _positions[(read.Text(0), read.Int64(1))] = read.Int64(2);
    }

    public void Set(string group, long number, long position) => _positions[(group, number)] = _unwritten[(group, number)] = position;

    public long? Find(string group, long number) => _positions.TryGetValue((group, number), out var position) ? position : null;

    void IWriteParticipant.Flush()
    {
        foreach (var (key, position) in _unwritten)
        {
            _write.Bind(1, key.Group).Bind(2, key.Number).Bind(3, position).Run();
            _unwritten.TryRemove(new KeyValuePair<(string, long), long>(key, position));
        }
    }

    void IWriteParticipant.Committed() { }

    void IWriteParticipant.RolledBack() { }
}
