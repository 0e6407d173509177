using System.Collections.Concurrent;
using Engagement.Core;
using StackExchange.Redis;

namespace Engagement.Engine.Delivery.Redis;

/// <summary>
/// What scripts say of offers that only they find: the messages of the contract with <see cref="AnyOffer"/> in the offer's place, which a script
/// puts in. Pure.
/// </summary>
internal static class RedisMessages
{
    /// <summary>The offer of nought, which no session makes: ordinals begin at 1.</summary>
    public static readonly string AnyOffer = default(OfferId).ToString();

    /// <summary>An agent whom only the script chooses; no agent is called so.</summary>
    public const string AnyAgent = "any agent";

    private static readonly ConcurrentDictionary<string, RedisValue> Pages = new(StringComparer.Ordinal);

    public static readonly RedisValue Unclaimed = DeliveryMessages.InvitationUnclaimed(default);

    public static RedisValue CardWithdrawn(string site, string cause) => DeliveryMessages.CardWithdrawn(site, default, cause);

    public static RedisValue InvitationWithdrawn(string cause) =>
        Pages.Count < 64 ? Pages.GetOrAdd(cause, static c => DeliveryMessages.InvitationWithdrawn(default, c)) : DeliveryMessages.InvitationWithdrawn(default, cause);
}
