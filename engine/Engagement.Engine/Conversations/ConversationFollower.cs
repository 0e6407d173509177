using System.Text.Json;
using System.Threading.Channels;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Engine.Api;
using Microsoft.AspNetCore.SignalR;

namespace Engagement.Engine.Conversations;

/// <summary>
/// Brings one conversation to one connection: 1. listens to the store's channel; 2. reads what stands after the number that the client has seen; 3. hands
/// on what is said as it comes, in the order of numbers. Where a number is missing, and now and then in any case (what is said while a store is away is
/// not heard), it reads again: the channel may lose, the store does not. Ends when the participant is none any more.
/// </summary>
internal sealed class ConversationFollower : IAsyncDisposable
{
    /// <summary>More waiting than this: read again instead.</summary>
    private const int QueueMax = 64;

    private readonly ApiParts _parts;
    private readonly IClientProxy _client;
    private readonly string _site;
    private readonly OfferId _offer;
    private readonly Participant _participant;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _ending;
    private readonly Channel<ReadOnlyMemory<byte>> _said =
        Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(QueueMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    private IAsyncDisposable? _subscription;
    private long _last;
    private long _received;
    private long _wroteAt;

    public ConversationFollower(
        ApiParts parts, IClientProxy client, string site, OfferId offer, Participant participant, long after, ILogger logger)
    {
        (_parts, _client, _site, _offer, _participant, _last, _logger) = (parts, client, site, offer, participant, after, logger);
        _ending = CancellationTokenSource.CreateLinkedTokenSource(parts.Stopping);
    }

    /// <summary>Throws as the store does where it is away: then the client joins again.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        _subscription = await _parts.ActAsync(
            c => _parts.Store.SubscribeAsync(Channels.ConversationOf(_site, _offer), m => _said.Writer.TryWrite(m.ToArray()), c), cancellation);
        _ = RunAsync();
    }

    /// <summary>The client is writing; said to the other now and then.</summary>
    public async ValueTask WritingAsync(CancellationToken cancellation)
    {
        if (_wroteAt != 0 && _parts.Time.GetElapsedTime(_wroteAt) < Limits.WritingSignPause) return;
        _wroteAt = _parts.Time.GetTimestamp();
        await SignAsync(null, cancellation);
    }

    /// <summary>What was handed on has arrived up to this number; of more than that nothing is believed.</summary>
    public async ValueTask ReceivedAsync(long seq, CancellationToken cancellation)
    {
        var arrived = Math.Min(seq, Volatile.Read(ref _last));
        if (arrived <= _received) return;
        _received = arrived;
        await SignAsync(arrived, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        if (_subscription is { } subscription) await subscription.DisposeAsync();
    }

    private async Task RunAsync()
    {
        await using var look = _parts.Time.CreateTimer(_ => _said.Writer.TryWrite(default), null, _parts.Options.StreamHeartbeat, _parts.Options.StreamHeartbeat);
        try
        {
            if (!await ReadAsync()) return;
            await foreach (var json in _said.Reader.ReadAllAsync(_ending.Token))
                if (!(json.IsEmpty ? await ReadAsync() : await HearAsync(json))) return;
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The connection left, or the node stops.
        }
        catch (Exception e)
        {
            _logger.LogWarning(e, "{Site}: following a conversation failed; its client is told to join again", _site);
            await SayLeftAsync();
        }
        finally
        {
            await DisposeAsync();
        }
    }

    private async ValueTask SignAsync(long? received, CancellationToken cancellation)
    {
        var request = new SignRequest { Site = _site, Offer = _offer, From = _participant, Received = received, At = _parts.Now };
        await _parts.ActAsync(c => _parts.Store.SignAsync(request, c), cancellation);
    }

    /// <summary>False when this participant has nothing more to hear.</summary>
    private async Task<bool> HearAsync(ReadOnlyMemory<byte> json)
    {
        var entry = ConversationEntry.FromJson(json.Span);
        if (entry is { IsSign: true })
        {
            // Her own pages know themselves what she does.
            if (entry.From != _participant.Party) await SendAsync("sign", json);
            return true;
        }
        if (entry is null || entry.Seq <= _last) return true;
        return entry.Seq == _last + 1 ? await HandOnAsync(json, entry) : await ReadAsync();
    }

    private async Task<bool> ReadAsync()
    {
        StoredConversation? conversation;
        try
        {
            conversation = await _parts.ActAsync(c => _parts.Store.GetConversationAsync(_site, _offer, _last, c), _ending.Token);
        }
        catch (Exception e) when (OutagePolicy.IsOutage(e))
        {
            return true; // looked for again with the next beat
        }
        if (conversation is null)
        {
            await SayLeftAsync();
            return false;
        }
        foreach (var json in conversation.Entries)
            if (ConversationEntry.FromJson(json.Span) is { } entry && entry.Seq > _last && !await HandOnAsync(json, entry)) return false;
        if (conversation.Includes(_participant)) return true;
        await SayLeftAsync();
        return false;
    }

    /// <summary>An agent whose conversation goes back to the queue hears that, and nothing of what is said to the next.</summary>
    private async Task<bool> HandOnAsync(ReadOnlyMemory<byte> json, ConversationEntry entry)
    {
        // Before it is sent: its answer may be quicker than what follows here.
        Volatile.Write(ref _last, entry.Seq);
        await SendAsync("entry", json);
        if (entry.Kind != ConversationEntryKind.Waiting || _participant.Party != ConversationParty.Agent || entry.Seq < await LatestHandOverAsync()) return true;
        await SayLeftAsync();
        return false;
    }

    /// <summary>An agent may have come back to a conversation: what she read before that is history.</summary>
    private async Task<long> LatestHandOverAsync()
    {
        var conversation = await _parts.ActAsync(c => _parts.Store.GetConversationAsync(_site, _offer, _last, c), _ending.Token);
        return conversation is { } stands && stands.Includes(_participant) ? long.MaxValue : 0;
    }

    private async Task SendAsync(string method, ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        await _client.SendAsync(method, document.RootElement.Clone(), _ending.Token);
    }

    private Task SayLeftAsync() => _client.SendAsync("left", new { offer = _offer.ToString() }, CancellationToken.None);
}
