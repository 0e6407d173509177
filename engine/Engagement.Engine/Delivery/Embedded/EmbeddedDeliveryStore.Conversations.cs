using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;

namespace Engagement.Engine.Delivery.Embedded;

/// <content>Conversations: they stand with their offer's row.</content>
public sealed partial class EmbeddedDeliveryStore
{
    public ValueTask<AskResult> AskAsync(AskRequest request, CancellationToken cancellation) => Run(() => _steps.Ask(request), cancellation);

    public ValueTask<TransferOutcome> TransferAsync(TransferRequest request, CancellationToken cancellation) =>
        Run(() => _steps.Transfer(request), cancellation);

    public ValueTask<WrapUpResult> WrapUpAsync(WrapUpRequest request, CancellationToken cancellation) => Run(() => _steps.WrapUp(request), cancellation);

    public ValueTask<QuestionOutcome> LeaveQuestionAsync(StoredQuestion question, CancellationToken cancellation) =>
        Run(() => _steps.Leave(question), cancellation);

    public ValueTask<IReadOnlyList<StoredQuestion>> GetQuestionsAsync(string site, CancellationToken cancellation) =>
        Run(() => _steps.Questions(site), cancellation);

    public ValueTask<QuestionResult> TakeQuestionAsync(string site, string id, string agent, CancellationToken cancellation) =>
        Run(() => _steps.Take(site, id, agent), cancellation);

    public ValueTask<QuestionOutcome> FinishQuestionAsync(string site, string id, string agent, CancellationToken cancellation) =>
        Run(() => _steps.Finish(site, id, agent), cancellation);

    public ValueTask<SendResult> SendAsync(SendRequest request, CancellationToken cancellation) => Run(() => _steps.Send(request), cancellation);

    public ValueTask<bool> SignAsync(SignRequest request, CancellationToken cancellation) => Run(() => _steps.Sign(request), cancellation);

    public ValueTask<bool> CloseConversationAsync(string site, OfferId offer, Participant by, Instant at, CancellationToken cancellation) =>
        Run(() => _steps.CloseConversation(site, offer, by, at), cancellation);

    public ValueTask<StoredConversation?> GetConversationAsync(string site, OfferId offer, long after, CancellationToken cancellation) =>
        ValueTask.FromResult(_view.FindOffer(offer) is { Status: OfferStatus.Accepted or OfferStatus.Claimed or OfferStatus.Ended } row && row.Site == site
            ? new StoredConversation
            {
                Visitor = row.Visitor, Holder = row.Holder, Status = row.Status, Last = row.Log.Last, Entries = row.Log.After(after),
                WrapUp = row.WrapUp?.Outcome, Note = row.WrapUp?.Note, ReceivedByVisitor = row.ReceivedByVisitor, ReceivedByAgent = row.ReceivedByAgent,
            }
            : null);
}
