using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Engagement.Core.Sites;

/// <summary>
/// Who a visitor is to this engine: nobody by name. Ids that a site or tracker sends become <see cref="VisitorKey"/>s at the door, under a key of
/// the day that is derived from the site's secret and never stored: when the day is over, nobody can join it to the next. Thread-safe.
/// </summary>
public static class VisitorIdentity
{
    /// <summary>The hour of the site's local time at which a new day's key begins: the quietest, so that few sessions are split.</summary>
    public static readonly TimeSpan DayBegins = TimeSpan.FromHours(4);

    private const int MessageBytesMax = Limits.SiteIdBytesMax + 1 + Limits.VisitorIdBytesMax;

    /// <summary>
    /// First 128 bits of HMAC-SHA-256(key of the day, site id ‖ 0 ‖ visitor id). Hot: allocates nothing but at the first event of a day. Throws
    /// <see cref="ArgumentException"/> for an id longer than <see cref="Limits.VisitorIdBytesMax"/>.
    /// </summary>
    public static VisitorKey KeyOf(SiteModel site, ReadOnlySpan<byte> visitorIdUtf8, Instant at)
    {
        if (visitorIdUtf8.Length > Limits.VisitorIdBytesMax) throw new ArgumentException("Visitor id too long.", nameof(visitorIdUtf8));
        Span<byte> message = stackalloc byte[MessageBytesMax];
        var length = Encoding.UTF8.GetBytes(site.Id, message);
        message[length++] = 0;
        visitorIdUtf8.CopyTo(message[length..]);
        length += visitorIdUtf8.Length;

        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        site.DayKeyAt(at).Hash(message[..length], digest);
        return VisitorKey.FromBytes(digest);
    }

    public static VisitorKey KeyOf(SiteModel site, string visitorId, Instant at) => KeyOf(site, Encoding.UTF8.GetBytes(visitorId), at);

    /// <summary>When the visitor's key of this moment gives way to the next day's.</summary>
    public static Instant KeyChangesAt(SiteModel site, Instant at) => site.DayKeyAt(at).Until;

    /// <summary>
    /// The token with which a browser speaks for one visitor: <c>base64url({"site","visitor","exp"}).base64url(HMAC)</c>. It names the id as
    /// sent, since the key behind it changes daily. The holder can read it; nobody else can make one.
    /// </summary>
    public static string MintToken(SiteModel site, string visitorId, Instant expiresAt) => VisitorToken.Write(site, visitorId, expiresAt);

    /// <summary>False for a token that was not minted under the secret of the site it names, or has expired.</summary>
    public static bool TryReadToken(SiteCatalog sites, string? token, Instant now, out VisitorToken read) =>
        VisitorToken.TryRead(sites, token, now, out read);

    /// <summary>
    /// What the site's own server sends along with an id of its choice: lower-case hexadecimal HMAC-SHA-256 under the site's secret over
    /// <c>visitor-signature \n site \n visitor \n expires</c> (the words and line feeds only; <c>expires</c> in Unix milliseconds).
    /// </summary>
    public static string Sign(SiteModel site, string visitorId, Instant expiresAt) =>
        Convert.ToHexStringLower(SignatureOf(site, visitorId, expiresAt));

    /// <summary>Whether <see cref="Sign"/> gave this signature and it has not expired. Takes the same time for every wrong signature.</summary>
    public static bool IsSigned(SiteModel site, string visitorId, Instant expiresAt, string? signature, Instant now)
    {
        if (signature is not { Length: 64 } || expiresAt <= now) return false;
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return Convert.FromHexString(signature, given, out _, out _) == System.Buffers.OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(given, SignatureOf(site, visitorId, expiresAt));
    }

    private static byte[] SignatureOf(SiteModel site, string visitorId, Instant expiresAt) => HMACSHA256.HashData(
        site.Secret.Bytes, Encoding.UTF8.GetBytes($"visitor-signature\n{site.Id}\n{visitorId}\n{expiresAt.UnixMs}"));
}

/// <summary>The key under which one day's visitors of one site are hashed. Thread-safe.</summary>
internal sealed class VisitorDayKey
{
    /// <summary>Hashes that hold the key already: setting one up takes longer than a visitor's id. As many as threads have hashed at once.</summary>
    private readonly ConcurrentBag<IncrementalHash> _hashes = [];
    private readonly byte[] _key;

    private VisitorDayKey(Instant from, Instant until, byte[] key) => (From, Until, _key) = (from, until, key);

    public Instant From { get; }

    /// <summary>Exclusive.</summary>
    public Instant Until { get; }

    public bool Holds(Instant at) => at >= From && at < Until;

    /// <summary>HMAC-SHA-256 of a message under this key. Hot.</summary>
    public void Hash(ReadOnlySpan<byte> message, Span<byte> digest)
    {
        if (!_hashes.TryTake(out var hash)) hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hash.AppendData(message);
        hash.GetHashAndReset(digest);
        _hashes.Add(hash);
    }

    /// <summary>HMAC-SHA-256(site secret, "visitor-key" ‖ yyyy-MM-dd) of the site's local day.</summary>
    public static VisitorDayKey Of(SiteModel site, Instant at)
    {
        var local = TimeZoneInfo.ConvertTime(at.ToDateTimeOffset(), site.TimeZone).DateTime;
        var day = DateOnly.FromDateTime(local.TimeOfDay < VisitorIdentity.DayBegins && local.Date > DateTime.MinValue ? local.AddDays(-1) : local);
        var text = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"visitor-key{day:yyyy-MM-dd}");
        var key = HMACSHA256.HashData(site.Secret.Bytes, Encoding.ASCII.GetBytes(text));

        var (from, until) = (BeginOf(site, day), day == DateOnly.MaxValue ? Instant.Never : BeginOf(site, day.AddDays(1)));
        // Where a clock change lies on the boundary itself, this one instant is all that is sure.
        return at >= from && at < until ? new(from, until, key) : new(at, at + TimeSpan.FromMilliseconds(1), key);
    }

    private static Instant BeginOf(SiteModel site, DateOnly day)
    {
        var local = day.ToDateTime(TimeOnly.FromTimeSpan(VisitorIdentity.DayBegins), DateTimeKind.Unspecified);
        var offset = site.TimeZone.GetUtcOffset(local);
        return new Instant((local.Ticks - DateTime.UnixEpoch.Ticks - offset.Ticks) / TimeSpan.TicksPerMillisecond);
    }
}
