using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using StackExchange.Redis;

namespace Engagement.Engine.Delivery.Redis;

/// <summary>What the scripts <c>presence</c>, <c>pause</c> and <c>agents</c> return, read. Pure.</summary>
internal static class AgentReplies
{
    public static PresenceResult ToPresenceResult(string site, RedisResult reply)
    {
        var fields = (RedisResult[])reply!;
        return new PresenceResult(ToWithdrawn(fields[1], site), OfferReplies.TextOf(fields[0]));
    }

    public static PauseResult ToPauseResult(string site, RedisResult reply)
    {
        var fields = (RedisResult[])reply!;
        return new PauseResult((int)fields[0] == 1, ToWithdrawn(fields[1], site));
    }

    public static IReadOnlyList<StoredAgent> ToAgents(RedisResult reply) =>
        [.. ((RedisResult[])reply!).Select(r => ToAgent((RedisResult[])r!)).OrderBy(a => a.Agent, StringComparer.Ordinal)];

    private static StoredAgent ToAgent(RedisResult[] fields) => new()
    {
        Agent = (string)fields[0]!, Status = (PresenceStatus)(int)fields[1], PausedBy = OfferReplies.TextOf(fields[2]), Capacity = (int)fields[3],
        FreeSlots = (int)fields[4], SeenAt = OfferReplies.InstantOf(fields[5]), Skills = ListOf(fields[6]), Languages = ListOf(fields[7]),
        Seats = [.. ((RedisResult[])fields[8]!).Select(r => ToSeat((RedisResult[])r!)).OrderBy(s => s.Since).ThenBy(s => s.Offer.ToString(), StringComparer.Ordinal)],
    };

    private static StoredSeat ToSeat(RedisResult[] fields)
    {
        var status = (OfferStatus)(int)fields[1];
        var since = SeatTimes.SinceOf(status, OfferReplies.InstantOf(fields[2]), OfferReplies.InstantOf(fields[3]));
        return new StoredSeat(OfferReplies.OfferOf(fields[0]), status, since, OfferReplies.TextOf(fields[4]), OfferReplies.TextOf(fields[5]));
    }

    private static IReadOnlyList<OfferEnding> ToWithdrawn(RedisResult reply, string site) =>
        OfferReplies.ToEndings(reply, site, OfferStatus.Withdrawn, DeliveryMessages.AgentLeft);

    private static string[] ListOf(RedisResult text) => ((string)text!).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
