using System.Security.Cryptography;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Privacy;
using Engagement.Engine.Stream.Embedded;

namespace Engagement.Engine.Delivery.Embedded;

/// <summary>
/// Keys of rejects, and which were sent again, in the storage file alone: nobody waits for them but a sender whose events were rejected. Writer's connection.
/// </summary>
internal sealed class RejectKeyStore(EmbeddedDatabase database)
{
    private readonly SqliteStatement _find = database.Prepare("SELECT key FROM reject_key WHERE site = ?1 AND visitor = ?2 AND expires_at > ?3");
    private readonly SqliteStatement _put = database.Prepare("INSERT OR REPLACE INTO reject_key(site, visitor, key, expires_at) VALUES(?1, ?2, ?3, ?4)");
    private readonly SqliteStatement _hold = database.Prepare("UPDATE reject_key SET expires_at = ?3 WHERE site = ?1 AND visitor = ?2");
    private readonly SqliteStatement _mark = database.Prepare("SELECT resent_at, held_until FROM reject_resent WHERE site = ?1 AND visitor = ?2 AND id = ?3");
    private readonly SqliteStatement _setMark = database.Prepare(
        "INSERT OR REPLACE INTO reject_resent(site, visitor, id, resent_at, held_until, expires_at) VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
    private readonly SqliteStatement _expireKeys = database.Prepare("DELETE FROM reject_key WHERE expires_at <= ?1");
    private readonly SqliteStatement _expireMarks = database.Prepare("DELETE FROM reject_resent WHERE expires_at <= ?1");
    private readonly SqliteStatement _eraseKeys = database.Prepare("DELETE FROM reject_key WHERE site = ?1 AND visitor = ?2");
    private readonly SqliteStatement _eraseMarks = database.Prepare("DELETE FROM reject_resent WHERE site = ?1 AND visitor = ?2");

    public byte[] Keep(string site, VisitorKey visitor, Instant now)
    {
        var expiresAt = (now + Limits.RejectRetention).UnixMs;
        if (Find(site, visitor, now) is { } known)
        {
            _hold.Bind(1, site).Bind(2, visitor.ToString()).Bind(3, expiresAt).Run();
            return known;
        }
        var key = RandomNumberGenerator.GetBytes(RejectSeal.KeyBytes);
        _put.Bind(1, site).Bind(2, visitor.ToString()).Bind(3, key).Bind(4, expiresAt).Run();
        return key;
    }

    public RejectStanding Find(string site, RejectAt reject, Instant now) =>
        Find(site, reject.Visitor, now) is { } key ? new(key, MarkOf(site, reject)?.ResentAt) : default;

    public ResendOutcome Take(string site, RejectAt reject, Instant now)
    {
        if (Find(site, reject.Visitor, now) is null) return ResendOutcome.Gone;
        if (MarkOf(site, reject) is var (resentAt, heldUntil))
        {
            if (resentAt is not null) return ResendOutcome.Resent;
            if (heldUntil > now) return ResendOutcome.Busy;
        }
        SetMark(site, reject, null, now);
        return ResendOutcome.Taken;
    }

    public void SetResent(string site, RejectAt reject, Instant now)
    {
        if (Find(site, reject.Visitor, now) is not null) SetMark(site, reject, now, now);
    }

    public void Forget(Instant now)
    {
        _expireKeys.Bind(1, now.UnixMs).Run();
        _expireMarks.Bind(1, now.UnixMs).Run();
    }

    public void Forget(VisitorAt visitor)
    {
        _eraseKeys.Bind(1, visitor.Site).Bind(2, visitor.Visitor.ToString()).Run();
        _eraseMarks.Bind(1, visitor.Site).Bind(2, visitor.Visitor.ToString()).Run();
    }

    private byte[]? Find(string site, VisitorKey visitor, Instant now)
    {
        var key = _find.Bind(1, site).Bind(2, visitor.ToString()).Bind(3, now.UnixMs).Step() ? _find.Blob(0).ToArray() : null;
        _find.Reset();
        return key;
    }

    private (Instant? ResentAt, Instant HeldUntil)? MarkOf(string site, RejectAt reject)
    {
        (Instant?, Instant)? mark = null;
        if (_mark.Bind(1, site).Bind(2, reject.Visitor.ToString()).Bind(3, reject.Id).Step())
            mark = (_mark.IsNull(0) ? null : new Instant(_mark.Int64(0)), new Instant(_mark.Int64(1)));
        _mark.Reset();
        return mark;
    }

    private void SetMark(string site, RejectAt reject, Instant? resentAt, Instant now)
    {
        _setMark.Bind(1, site).Bind(2, reject.Visitor.ToString()).Bind(3, reject.Id).Bind(5, (now + Limits.ResendHoldMax).UnixMs)
            .Bind(6, (now + Limits.RejectRetention).UnixMs);
        if (resentAt is { } at) _setMark.Bind(4, at.UnixMs);
        _setMark.Run();
    }
}
