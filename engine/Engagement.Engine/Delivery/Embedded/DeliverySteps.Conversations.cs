using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;

namespace Engagement.Engine.Delivery.Embedded;

/// <content>What is said between visitor and agent.</content>
internal sealed partial class DeliverySteps
{
    public SendResult Send(SendRequest request)
    {
        var row = _state.Find(request.Offer);
        if (row is null || !OfferPolicy.TakesPart(row, request.Site, request.From)) return new(SendOutcome.NotFound, 0);
        if (row.Log.Find(request.From.Party, request.Id) is { } known) return new(SendOutcome.Sent, known);
        if (OfferPolicy.MaySpeak(row) is { } refused) return new(refused, 0);
        if (row.Log.IsFull) return new(SendOutcome.Full, 0);
        var said = Say(row, ConversationEntryWriter.Message(request.From, request.Id, request.Text, request.At), request.From.Party, request.Id);
        Change(row, said);
        return new(SendOutcome.Sent, said.Log.Last);
    }

    public bool Sign(SignRequest request)
    {
        var (party, row) = (request.From.Party, _state.Find(request.Offer));
        if (row is null || !OfferPolicy.TakesPart(row, request.Site, request.From) || OfferPolicy.MaySpeak(row) is not null) return false;
        var kind = ConversationEntryKind.Writing;
        long? arrived = null;
        if (request.Received is { } seen)
        {
            (kind, arrived) = (ConversationEntryKind.Received, Math.Min(seen, row.Log.Last));
            if (arrived <= (party == ConversationParty.Visitor ? row.ReceivedByVisitor : row.ReceivedByAgent)) return true;
            Change(row, party == ConversationParty.Visitor ? row with { ReceivedByVisitor = arrived.Value } : row with { ReceivedByAgent = arrived.Value });
        }
        _outbox.Add((Channels.ConversationOf(row.Site, row.Id), ConversationEntryWriter.WholeSign(row.Id, arrived, ConversationEntryWriter.Sign(kind, party, request.At))));
        return true;
    }

    public bool CloseConversation(string site, OfferId offer, Participant by, Instant at)
    {
        if (_state.Find(offer) is not { } row || !OfferPolicy.TakesPart(row, site, by)) return false;
        if (row.Status is not (OfferStatus.Accepted or OfferStatus.Claimed)) return row.Status == OfferStatus.Ended;
        var ended = Say(row.End(OfferStatus.Ended), ConversationEntryWriter.Closed(by.Party, at));
        Change(row, ended);
        TellAgents(ended, DeliveryMessages.CardEnded(site, ended.Id, ended.SlotOf));
        TellVisitor(ended, DeliveryMessages.ConversationEnded(ended.Id));
        return true;
    }

    /// <summary>The row with one more entry; it is published with the transaction.</summary>
    private OfferRow Say(OfferRow row, byte[] tail, ConversationParty from = default, string? message = null)
    {
        var entry = new LoggedEntry(row.Log.Last + 1, from, message, ConversationEntryWriter.Whole(row.Id, row.Log.Last + 1, tail));
        _outbox.Add((Channels.ConversationOf(row.Site, row.Id), entry.Json));
        return row with { Log = row.Log.With(entry) };
    }

    private static bool IsTranscriptOver(OfferRow row, Instant wallNow) =>
        row.Status == OfferStatus.Ended && !row.Log.Entries.IsEmpty && wallNow - row.WrittenAt > Limits.TranscriptRetention;
}
