using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Engine.Stream.Embedded;

namespace Engagement.Engine.Delivery.Embedded;

/// <summary>What an agent last said of herself, and who paused her; null where nobody did.</summary>
internal readonly record struct PresenceRow(PresenceRequest Said, string? PausedBy, Instant SeenAt);

/// <summary>
/// Agents' presence in the storage file, so that a restart within <see cref="Limits.AgentPresenceTtl"/> finds the agents that were there, as a store
/// apart from this process would. Writer's connection.
/// </summary>
internal sealed class PresenceRowStore(EmbeddedDatabase database)
{
    private readonly SqliteStatement _put = database.Prepare(
        "INSERT OR REPLACE INTO presence(site, agent, status, capacity, seen_at, skills, languages, paused_by) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");

    private readonly SqliteStatement _forget = database.Prepare("DELETE FROM presence WHERE seen_at <= ?1");

    private readonly SqliteStatement _pause = database.Prepare("UPDATE presence SET paused_by = ?3 WHERE site = ?1 AND agent = ?2");

    public void Write(PresenceRequest said, string? pausedBy, Instant seenAt) =>
        _put.Bind(1, said.Site).Bind(2, said.Agent).Bind(3, (long)said.Status).Bind(4, said.Capacity).Bind(5, seenAt.UnixMs)
            .Bind(6, string.Join(' ', said.Skills)).Bind(7, string.Join(' ', said.Languages)).Bind(8, pausedBy).Run();

    public void Pause(PauseRequest request) => _pause.Bind(1, request.Site).Bind(2, request.Agent).Bind(3, request.By).Run();

    /// <summary>Who was not heard of since then.</summary>
    public void Forget(Instant since) => _forget.Bind(1, since.UnixMs).Run();

    /// <summary>Those whose presence has not lapsed.</summary>
    public IEnumerable<PresenceRow> Load(Instant wallNow)
    {
        using var read = new SqliteStatement(database.Handle, "SELECT site, agent, status, capacity, seen_at, skills, languages, paused_by FROM presence WHERE seen_at > ?1");
        read.Bind(1, (wallNow - Limits.AgentPresenceTtl).UnixMs);
        while (read.Step())
            yield return new PresenceRow(
                new PresenceRequest(read.Text(0), read.Text(1), (PresenceStatus)read.Int64(2), (int)read.Int64(3))
                {
                    Skills = read.Text(5).Split(' ', StringSplitOptions.RemoveEmptyEntries), Languages = read.Text(6).Split(' ', StringSplitOptions.RemoveEmptyEntries),
                },
                read.IsNull(7) ? null : read.Text(7), new Instant(read.Int64(4)));
    }
}
