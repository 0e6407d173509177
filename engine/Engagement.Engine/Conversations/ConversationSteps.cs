using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Engine.Api;

namespace Engagement.Engine.Conversations;

/// <summary>What hub and HTTP do alike: the store decides, the log remembers, then who asked hears of it. All of it may be repeated.</summary>
internal static class ConversationSteps
{
    public static async Task<bool> CloseAsync(
        ApiParts parts, string site, OfferId offer, VisitorKey visitor, Participant by, CancellationToken cancellation)
    {
        if (!await parts.ActAsync(c => parts.Store.CloseConversationAsync(site, offer, by, parts.Now, c), cancellation)) return false;
        await parts.Records.ChatEndedAsync(site, visitor, offer, cancellation);
        await parts.ActAsync(c => parts.Availability.RefreshAsync(site, c), cancellation);
        return true;
    }
}
