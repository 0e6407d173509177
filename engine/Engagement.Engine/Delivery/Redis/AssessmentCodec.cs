using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Engagement.Core;
using Engagement.Core.Decisions;

namespace Engagement.Engine.Delivery.Redis;

/// <summary>
/// An assessment as bytes, all numbers big-endian. The head is what the script <c>assess</c> compares: version (1 byte), epoch (8), session (16),
/// step (4); a head alone says that the session has ended. Site and visitor stand in the key. Pure.
/// </summary>
internal static class AssessmentCodec
{
    public const int HeadBytes = 29;
    private const byte Version = 1;

    /// <summary>AsOf, StartedAt, LastPresenceAt, OfferExpiresAt (8 each); two probabilities, reasons, blockers, offers made (4 each); state, offer, privacy (1 each); features (2).</summary>
    private const int BodyBytes = 4 * 8 + 5 * 4 + 3 + 2;

    public static byte[] Ended(SessionId session, long epoch)
    {
        var bytes = new byte[HeadBytes];
        WriteHead(bytes, session, 0, epoch);
        return bytes;
    }

    public static byte[] Encode(Assessment assessment, long epoch)
    {
        var articles = 1;
        foreach (var article in assessment.Articles) articles += 2 + Encoding.UTF8.GetByteCount(article);
        var bytes = new byte[HeadBytes + BodyBytes + assessment.Features.Length * sizeof(float) + articles];
        WriteHead(bytes, assessment.Session, assessment.Step, epoch);
        var at = bytes.AsSpan(HeadBytes);
        Put(ref at, assessment.AsOf.UnixMs);
        Put(ref at, assessment.StartedAt.UnixMs);
        Put(ref at, assessment.LastPresenceAt.UnixMs);
        Put(ref at, assessment.OfferExpiresAt.UnixMs);
        Put(ref at, BitConverter.SingleToUInt32Bits(assessment.Purposeful));
        Put(ref at, BitConverter.SingleToUInt32Bits(assessment.Floundering));
        Put(ref at, (uint)assessment.Reasons);
        Put(ref at, (uint)assessment.Blockers);
        Put(ref at, (uint)assessment.OffersMade);
        Put(ref at, (byte)assessment.State);
        Put(ref at, (byte)assessment.Offer);
        Put(ref at, (byte)assessment.Privacy);
        Put(ref at, (ushort)assessment.Features.Length);
        foreach (var feature in assessment.Features) Put(ref at, BitConverter.SingleToUInt32Bits(feature));
        Put(ref at, (byte)assessment.Articles.Length);
        foreach (var article in assessment.Articles)
        {
            Put(ref at, (ushort)Encoding.UTF8.GetByteCount(article));
            at = at[Encoding.UTF8.GetBytes(article, at)..];
        }
        return bytes;
    }

    /// <summary>Null for what another version wrote: the next step of the session writes it anew.</summary>
    public static Assessment? Decode(string site, VisitorKey visitor, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= HeadBytes || bytes[0] != Version) return null;
        var session = new SessionId(BinaryPrimitives.ReadUInt64BigEndian(bytes[9..]), BinaryPrimitives.ReadUInt64BigEndian(bytes[17..]));
        var step = BinaryPrimitives.ReadInt32BigEndian(bytes[25..]);
        var at = bytes[HeadBytes..];
        var (asOf, startedAt, lastPresenceAt, expiresAt) = (Long(ref at), Long(ref at), Long(ref at), Long(ref at));
        var (purposeful, floundering) = (Float(ref at), Float(ref at));
        var (reasons, blockers, made) = ((Reasons)UInt(ref at), (Blockers)UInt(ref at), (int)UInt(ref at));
        var (state, offer, privacy) = ((VisitorState)Byte(ref at), (OfferStatus)Byte(ref at), (PrivacyScope)Byte(ref at));
        var features = new float[UShort(ref at)];
        for (var i = 0; i < features.Length; i++) features[i] = Float(ref at);
        var articles = new string[Byte(ref at)];
        for (var i = 0; i < articles.Length; i++)
        {
            var length = UShort(ref at);
            articles[i] = Encoding.UTF8.GetString(at[..length]);
            at = at[length..];
        }
        return new Assessment
        {
            Site = site, Visitor = visitor, Session = session, Step = step, AsOf = new Instant(asOf), StartedAt = new Instant(startedAt),
            LastPresenceAt = new Instant(lastPresenceAt), OfferExpiresAt = new Instant(expiresAt), Purposeful = purposeful, Floundering = floundering,
            Reasons = reasons, Blockers = blockers, OffersMade = made, State = state, Offer = offer, Privacy = privacy, Features = features,
            Articles = ImmutableArray.Create(articles),
        };
    }

    private static void WriteHead(Span<byte> bytes, SessionId session, int step, long epoch)
    {
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], epoch);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[9..], session.High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[17..], session.Low);
        BinaryPrimitives.WriteInt32BigEndian(bytes[25..], step);
    }

    private static void Put(ref Span<byte> at, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(at, value);
        at = at[8..];
    }

    private static void Put(ref Span<byte> at, uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(at, value);
        at = at[4..];
    }

    private static void Put(ref Span<byte> at, ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(at, value);
        at = at[2..];
    }

    private static void Put(ref Span<byte> at, byte value)
    {
        at[0] = value;
        at = at[1..];
    }

    private static long Long(ref ReadOnlySpan<byte> at)
    {
        var value = BinaryPrimitives.ReadInt64BigEndian(at);
        at = at[8..];
        return value;
    }

    private static uint UInt(ref ReadOnlySpan<byte> at)
    {
        var value = BinaryPrimitives.ReadUInt32BigEndian(at);
        at = at[4..];
        return value;
    }

    private static float Float(ref ReadOnlySpan<byte> at) => BitConverter.UInt32BitsToSingle(UInt(ref at));

    private static ushort UShort(ref ReadOnlySpan<byte> at)
    {
        var value = BinaryPrimitives.ReadUInt16BigEndian(at);
        at = at[2..];
        return value;
    }

    private static byte Byte(ref ReadOnlySpan<byte> at)
    {
        var value = at[0];
        at = at[1..];
        return value;
    }
}
