using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Engagement.Core;

/// <summary>
/// A visitor of one site, known only as the first 128 bits of HMAC-SHA-256 over the id that the site or tracker sent, under the site's
/// secret of the day. Two different sites or days give unrelated keys. Text form: 32 lower-case hexadecimal digits.
/// </summary>
public readonly record struct VisitorKey(ulong High, ulong Low)
{
    public static VisitorKey FromBytes(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    /// <summary>False unless <paramref name="hex"/> is exactly 32 hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<byte> hex, out VisitorKey key)
    {
        key = default;
        if (hex.Length != 32) return false;
        // Sixteen digits at a time without a branch: digits of a hash are beyond any prediction.
        Span<byte> bytes = stackalloc byte[16];
        if (Convert.FromHexString(hex, bytes, out _, out _) != OperationStatus.Done) return false;
        key = new VisitorKey(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
        return true;
    }

    public static bool TryParse(string hex, out VisitorKey key)
    {
        Span<byte> utf8 = stackalloc byte[32];
        key = default;
        return hex is { Length: 32 } && System.Text.Encoding.ASCII.GetBytes(hex, utf8) == 32 && TryParse(utf8, out key);
    }

    /// <summary>Writes 32 digits; false when <paramref name="destination"/> is shorter.</summary>
    public bool TryFormat(Span<byte> destination) => Identifiers.TryWriteHex(High, Low, destination);

    public override string ToString() => High.ToString("x16", CultureInfo.InvariantCulture) + Low.ToString("x16", CultureInfo.InvariantCulture);
}

/// <summary>A 64-bit hash of an event's <c>id</c>, enough to tell duplicates within one session of at most 500 events.</summary>
public readonly record struct EventKey(ulong Value);

/// <summary>
/// A session: derived from site, visitor, and id and time of receipt of its first event, so that a rebuild and a replay give the same one. The time
/// tells it from an earlier session that began with the same event, where a sender sends one again after the gap.
/// Text form: <c>s_</c> and 32 hexadecimal digits.
/// </summary>
public readonly record struct SessionId(ulong High, ulong Low)
{
    /// <summary>SHA-256 over the four, cut to 128 bits; the time in steps of the gap, which is what lies between two such sessions.</summary>
    public static SessionId From(ReadOnlySpan<byte> site, VisitorKey visitor, EventKey firstEvent, Instant receivedAt)
    {
        Span<byte> input = stackalloc byte[Limits.SiteIdBytesMax + 32];
        site = site[..Math.Min(site.Length, Limits.SiteIdBytesMax)];
        site.CopyTo(input);
        BinaryPrimitives.WriteUInt64BigEndian(input[site.Length..], visitor.High);
        BinaryPrimitives.WriteUInt64BigEndian(input[(site.Length + 8)..], visitor.Low);
        BinaryPrimitives.WriteUInt64BigEndian(input[(site.Length + 16)..], firstEvent.Value);
        BinaryPrimitives.WriteInt64BigEndian(input[(site.Length + 24)..], receivedAt.UnixMs / (long)Limits.SessionGap.TotalMilliseconds);
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(input[..(site.Length + 32)], digest);
        return new SessionId(BinaryPrimitives.ReadUInt64BigEndian(digest), BinaryPrimitives.ReadUInt64BigEndian(digest[8..]));
    }

    public static bool TryParse(ReadOnlySpan<char> text, out SessionId id)
    {
        id = default;
        if (text.Length != 34 || text[0] != 's' || text[1] != '_') return false;
        if (!ulong.TryParse(text[2..18], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var high)) return false;
        if (!ulong.TryParse(text[18..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var low)) return false;
        id = new SessionId(high, low);
        return true;
    }

    public override string ToString() => $"s_{High:x16}{Low:x16}";
}

/// <summary>A decision: the session and the step (event or timer, counted from 1) at which it was taken. Text: <c>d_{32 hex}_{step}</c>.</summary>
public readonly record struct DecisionId(SessionId Session, int Step)
{
    public override string ToString() => $"d_{Session.High:x16}{Session.Low:x16}_{Step.ToString(CultureInfo.InvariantCulture)}";
}

/// <summary>
/// An offer of a conversation, and the invitation and the card that go with it: the session and the offer's ordinal in it, from 1.
/// Text: <c>o_{32 hex}_{ordinal}</c>; the same text names invitation and card, so that nothing has to be looked up to join them.
/// </summary>
public readonly record struct OfferId(SessionId Session, int Ordinal)
{
    public static bool TryParse(ReadOnlySpan<char> text, out OfferId id)
    {
        id = default;
        if (text.Length is < 36 or > 38 || text[0] != 'o' || text[1] != '_' || text[34] != '_') return false;
        if (!ulong.TryParse(text[2..18], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var high)) return false;
        if (!ulong.TryParse(text[18..34], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var low)) return false;
        if (!int.TryParse(text[35..], NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) || ordinal < 1) return false;
        id = new OfferId(new SessionId(high, low), ordinal);
        return true;
    }

    public override string ToString() => $"o_{Session.High:x16}{Session.Low:x16}_{Ordinal.ToString(CultureInfo.InvariantCulture)}";
}

/// <summary>Reading and writing of the hexadecimal forms, without allocation, and the hash behind <see cref="EventKey"/>.</summary>
public static class Identifiers
{
    public static bool TryReadHex(ReadOnlySpan<byte> hex, out ulong value)
    {
        value = 0;
        foreach (var b in hex)
        {
            var digit = b switch
            {
                >= (byte)'0' and <= (byte)'9' => b - '0',
                >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
                >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
                _ => -1,
            };
            if (digit < 0) return false;
            value = (value << 4) | (uint)digit;
        }
        return true;
    }

    public static bool TryWriteHex(ulong high, ulong low, Span<byte> destination)
    {
        if (destination.Length < 32) return false;
        for (var i = 0; i < 16; i++)
        {
            destination[i] = "0123456789abcdef"u8[(int)(high >> (60 - 4 * i)) & 15];
            destination[16 + i] = "0123456789abcdef"u8[(int)(low >> (60 - 4 * i)) & 15];
        }
        return true;
    }

    /// <summary>A 64-bit mixing hash (multiply and fold, after wyhash's final mixer); not for secrets. Never 0.</summary>
    public static ulong Hash64(ReadOnlySpan<byte> bytes, ulong seed = 0x9E3779B97F4A7C15)
    {
        var hash = seed ^ (ulong)bytes.Length;
        while (bytes.Length >= 8)
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes), 0xA0761D6478BD642F);
            bytes = bytes[8..];
        }
        ulong tail = 0;
        for (var i = 0; i < bytes.Length; i++) tail |= (ulong)bytes[i] << (8 * i);
        hash = Mix(hash ^ tail, 0xE7037ED1A0B428DB);
        return hash == 0 ? 1 : hash;
    }

    private static ulong Mix(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }
}
