using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using StackExchange.Redis;

namespace Engagement.Engine.Delivery.Redis;

/// <summary>What scripts return, read. Pure.</summary>
internal static class OfferReplies
{
    /// <summary>Null where there is none.</summary>
    public static StoredOffer? ToOffer(string site, RedisResult reply)
    {
        if (reply.IsNull) return null;
        var fields = (RedisResult[])reply!;
        return new StoredOffer
        {
            Site = site, Offer = OfferOf(fields[0]), Visitor = VisitorOf(fields[1]), Agent = (string)fields[2]!, Status = (OfferStatus)(int)fields[3],
            ExpiresAt = new Instant((long)fields[4]), Invitation = (byte[])fields[5]!, Card = (byte[])fields[6]!,
        };
    }

    public static ReserveResult ToReserveResult(RedisResult reply)
    {
        var fields = (RedisResult[])reply!;
        var resolution = (OfferResolution)(int)fields[0];
        return fields.Length == 1 ? new(resolution, null, Instant.Never) : new(resolution, (string)fields[1]!, new Instant((long)fields[2]));
    }

    public static ClaimResult ToClaimResult(RedisResult reply)
    {
        var fields = (RedisResult[])reply!;
        var outcome = (ClaimOutcome)(int)fields[0];
        if (fields.Length == 1) return new ClaimResult(outcome, null, default, default);
        var holder = (string)fields[2]!;
        return new ClaimResult(outcome, holder.Length == 0 ? null : holder, (byte[])fields[3]!, VisitorOf(fields[1]));
    }

    /// <summary>Null where there is none.</summary>
    public static StoredConversation? ToConversation(RedisResult reply)
    {
        if (reply.IsNull) return null;
        var fields = (RedisResult[])reply!;
        var holder = (string)fields[1]!;
        return new StoredConversation
        {
            Visitor = VisitorOf(fields[0]), Holder = holder.Length == 0 ? null : holder, Status = (OfferStatus)(int)fields[2], Last = (long)fields[3],
            Entries = [.. fields.Skip(4).Select(f => new ReadOnlyMemory<byte>((byte[])f!))],
        };
    }

    /// <summary>Of a list of <c>{offer, visitor}</c>.</summary>
    public static IReadOnlyList<OfferEnding> ToEndings(RedisResult reply, string site, OfferStatus outcome, string cause) =>
        [.. ((RedisResult[])reply!).Select(r => (RedisResult[])r!).Select(f => new OfferEnding(site, VisitorOf(f[1]), OfferOf(f[0]), outcome, cause))];

    public static IReadOnlyList<ReadOnlyMemory<byte>> ToCards(string site, RedisResult reply) =>
        [.. ((RedisResult[])reply!).Select(r => ToCard(site, (RedisResult[])r!))];

    private static ReadOnlyMemory<byte> ToCard(string site, RedisResult[] fields) => (OfferStatus)(int)fields[1] == OfferStatus.Claimed
        ? DeliveryMessages.CardClaimed(site, OfferOf(fields[0]), (string)fields[2]!)
        : (byte[])fields[3]!;

    private static OfferId OfferOf(RedisResult id) => OfferId.TryParse((string)id!, out var offer) ? offer : throw NotOurs((string)id!);

    private static VisitorKey VisitorOf(RedisResult key) => VisitorKey.TryParse((string)key!, out var visitor) ? visitor : throw NotOurs((string)key!);

    private static InvalidDataException NotOurs(string text) => new($"Redis holds an id that is none: {text}.");
}
