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
        if (resolution != OfferResolution.Reserved)
            return new(resolution, null, Instant.Never) { OthersAreFree = fields.Length > 1 && (int)fields[1] == 1 };
        return new(resolution, (string)fields[1]!, new Instant((long)fields[2]));
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
            WrapUp = TextOf(fields[4]), Note = TextOf(fields[5]), ReceivedByVisitor = (long)fields[6], ReceivedByAgent = (long)fields[7],
            Entries = [.. fields.Skip(8).Select(f => new ReadOnlyMemory<byte>((byte[])f!))],
        };
    }

    /// <summary>Null for ''.</summary>
    public static string? TextOf(RedisResult text) => (string)text! is { Length: > 0 } known ? known : null;

    public static AskResult ToAskResult(string site, VisitorKey visitor, RedisResult reply)
    {
        var fields = (RedisResult[])reply!;
        var withdrawn = (string)fields[2]!;
        return new AskResult((AskOutcome)(int)fields[0], OfferOf(fields[1]), withdrawn.Length == 0
            ? null
            : new OfferEnding(site, visitor, OfferOf(fields[2]), OfferStatus.Withdrawn, DeliveryMessages.Asked));
    }

    public static WrapUpResult ToWrapUpResult(RedisResult reply)
    {
        var fields = (RedisResult[])reply!;
        var outcome = (WrapUpOutcome)(int)fields[0];
        return new WrapUpResult(outcome, outcome == WrapUpOutcome.NotFound ? default : VisitorOf(fields[1]), (int)fields[2] == 1);
    }

    /// <summary>Of <c>{question, visitor, asked_at, JSON, holder or ''}</c>.</summary>
    public static StoredQuestion ToQuestion(string site, ReadOnlySpan<RedisResult> fields)
    {
        var holder = (string)fields[4]!;
        return new StoredQuestion(
            site, (string)fields[0]!, VisitorOf(fields[1]), new Instant((long)fields[2]), (byte[])fields[3]!, holder.Length == 0 ? null : holder);
    }

    /// <summary>Of a list of <c>{offer, visitor}</c>.</summary>
    public static IReadOnlyList<OfferEnding> ToEndings(RedisResult reply, string site, OfferStatus outcome, string cause) =>
        [.. ((RedisResult[])reply!).Select(r => (RedisResult[])r!).Select(f => new OfferEnding(site, VisitorOf(f[1]), OfferOf(f[0]), outcome, cause))];

    public static IReadOnlyList<ReadOnlyMemory<byte>> ToCards(string site, RedisResult reply) =>
        [.. ((RedisResult[])reply!).SelectMany(r => ToCards(site, (RedisResult[])r!))];

    /// <summary>Its card, and for whom it waits where the card does not say so.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> ToCards(string site, RedisResult[] fields)
    {
        yield return ToCard(site, fields);
        if ((OfferStatus)(int)fields[1] == OfferStatus.Accepted
            && OfferCourses.Queued(site, OfferOf(fields[0]), (string)fields[2]!, (OfferCourse)(int)fields[5], new Instant((long)fields[4])) is { } queued)
            yield return queued;
    }

    private static ReadOnlyMemory<byte> ToCard(string site, RedisResult[] fields) => (OfferStatus)(int)fields[1] == OfferStatus.Claimed
        ? DeliveryMessages.CardClaimed(site, OfferOf(fields[0]), (string)fields[2]!)
        : (byte[])fields[3]!;

    public static Instant InstantOf(RedisResult at) => new((long)at);

    public static OfferId OfferOf(RedisResult id) => OfferId.TryParse((string)id!, out var offer) ? offer : throw NotOurs((string)id!);

    private static VisitorKey VisitorOf(RedisResult key) => VisitorKey.TryParse((string)key!, out var visitor) ? visitor : throw NotOurs((string)key!);

    private static InvalidDataException NotOurs(string text) => new($"Redis holds an id that is none: {text}.");
}
