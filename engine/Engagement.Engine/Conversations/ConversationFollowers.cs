using System.Collections.Concurrent;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Engine.Api;
using Microsoft.AspNetCore.SignalR;

namespace Engagement.Engine.Conversations;

/// <summary>Which connection of this node follows which conversations. Thread-safe.</summary>
internal sealed class ConversationFollowers(ApiParts parts, IHubContext<ConversationHub> hub, ILogger<ConversationFollowers> logger)
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<OfferId, ConversationFollower>> _byConnection = new(StringComparer.Ordinal);

    /// <summary>False where the connection follows as many as it may.</summary>
    public async Task<bool> FollowAsync(string connection, string site, OfferId offer, Participant participant, long after, CancellationToken cancellation)
    {
        var followed = _byConnection.GetOrAdd(connection, _ => new());
        if (followed.TryRemove(offer, out var before)) await before.DisposeAsync();
        if (followed.Count >= Limits.ConversationsFollowedMax) return false;
        var follower = new ConversationFollower(parts, hub.Clients.Client(connection), site, offer, participant, after, logger);
        followed[offer] = follower;
        await follower.StartAsync(cancellation);
        // Gone meanwhile: whoever disconnected has forgotten nothing of this one.
        if (cancellation.IsCancellationRequested) await ForgetAsync(connection);
        return true;
    }

    /// <summary>The one of this connection; null where it follows no such conversation.</summary>
    public ConversationFollower? Find(string connection, OfferId offer) =>
        _byConnection.TryGetValue(connection, out var followed) && followed.TryGetValue(offer, out var follower) ? follower : null;

    public async Task LeaveAsync(string connection, OfferId offer)
    {
        if (_byConnection.TryGetValue(connection, out var followed) && followed.TryRemove(offer, out var follower)) await follower.DisposeAsync();
    }

    public async Task ForgetAsync(string connection)
    {
        if (!_byConnection.TryRemove(connection, out var followed)) return;
        foreach (var follower in followed.Values) await follower.DisposeAsync();
    }
}
