using System.Collections.Frozen;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;

namespace Benchmarks.Worker;

/// <summary>A store that keeps nothing and always has an agent free, up to one offer in a hundred wishes. Counts what it is given.</summary>
internal sealed class EmptyDeliveryStore : IDeliveryStore
{
    private int _wishes;

    public long Commits { get; private set; }
    public long Assessments { get; private set; }
    public long Cards { get; private set; }
    public long Offers { get; private set; }

    public ValueTask<PartitionOwnership> TakePartitionAsync(int partition, CancellationToken cancellation) => new(new PartitionOwnership(1, null));

    public ValueTask<CommitOutcome> CommitAsync(PartitionCommit commit, CancellationToken cancellation)
    {
        Commits++;
        Assessments += commit.Assessments.Count;
        Cards += commit.Cards.Count;
        Offers += commit.Offers.Count;
        return new(CommitOutcome.Done);
    }

    public ValueTask<ReserveResult> ReserveAsync(ReserveRequest request, CancellationToken cancellation) => new(
        ++_wishes % 100 == 0
            ? new ReserveResult(OfferResolution.Reserved, "anna", request.LogTime!.Value + request.Lease)
            : new ReserveResult(OfferResolution.NobodyFree, null, Instant.Never));

    public ValueTask<AgentAvailability> GetAvailabilityAsync(string site, CancellationToken cancellation) => new(new AgentAvailability(1, 1));

    public ValueTask<AnswerOutcome> AnswerAsync(AnswerRequest request, CancellationToken cancellation) => throw new NotSupportedException();
    public ValueTask<ClaimResult> ClaimAsync(string site, OfferId offer, string agent, CancellationToken cancellation) => throw new NotSupportedException();
    public ValueTask<bool> EndConversationAsync(string site, OfferId offer, string agent, CancellationToken cancellation) => throw new NotSupportedException();
    public ValueTask<AskResult> AskAsync(AskRequest request, CancellationToken cancellation) => throw new NotSupportedException();
    public ValueTask<TransferOutcome> TransferAsync(TransferRequest request, CancellationToken cancellation) => throw new NotSupportedException();
    public ValueTask<WrapUpResult> WrapUpAsync(WrapUpRequest request, CancellationToken cancellation) => throw new NotSupportedException();
    public ValueTask<QuestionOutcome> LeaveQuestionAsync(StoredQuestion question, CancellationToken cancellation) => throw new NotSupportedException();
    public ValueTask<IReadOnlyList<StoredQuestion>> GetQuestionsAsync(string site, CancellationToken cancellation) => new([]);
    public ValueTask<QuestionResult> TakeQuestionAsync(string site, string id, string agent, CancellationToken cancellation) => throw new NotSupportedException();
    public ValueTask<QuestionOutcome> FinishQuestionAsync(string site, string id, string agent, CancellationToken cancellation) => throw new NotSupportedException();
    public ValueTask<SendResult> SendAsync(SendRequest request, CancellationToken cancellation) => throw new NotSupportedException();
    public ValueTask<bool> SignAsync(SignRequest request, CancellationToken cancellation) => throw new NotSupportedException();
    public ValueTask<bool> CloseConversationAsync(string site, OfferId offer, Participant by, Instant at, CancellationToken cancellation) =>
        throw new NotSupportedException();
    public ValueTask<StoredConversation?> GetConversationAsync(string site, OfferId offer, long after, CancellationToken cancellation) => new((StoredConversation?)null);
    public ValueTask<PresenceResult> SetPresenceAsync(PresenceRequest request, CancellationToken cancellation) => throw new NotSupportedException();
    public ValueTask<PauseResult> SetPauseAsync(PauseRequest request, CancellationToken cancellation) => throw new NotSupportedException();
    public ValueTask<IReadOnlyList<StoredAgent>> GetAgentsAsync(string site, CancellationToken cancellation) => throw new NotSupportedException();
    public ValueTask<IReadOnlyList<OfferEnding>> SweepAsync(CancellationToken cancellation) => new([]);
    public ValueTask<IReadOnlyList<OfferEnding>> WithdrawOffersAsync(string site, string cause, CancellationToken cancellation) => new([]);
    public ValueTask<StoredOverview> GetOverviewAsync(string site, CancellationToken cancellation) => throw new NotSupportedException();
    public ValueTask SetPageOpenAsync(string site, VisitorKey visitor, CancellationToken cancellation) => ValueTask.CompletedTask;
    public ValueTask SetPageClosedAsync(string site, VisitorKey visitor, CancellationToken cancellation) => ValueTask.CompletedTask;
    public ValueTask<bool> IsPageOpenAsync(string site, VisitorKey visitor, CancellationToken cancellation) => new(false);

    public ValueTask<IReadOnlySet<VisitorKey>> FindOpenPagesAsync(string site, IReadOnlyCollection<VisitorKey> visitors, CancellationToken cancellation) =>
        new(FrozenSet<VisitorKey>.Empty);
    public ValueTask<Assessment?> GetAssessmentAsync(string site, VisitorKey visitor, CancellationToken cancellation) => new((Assessment?)null);
    public ValueTask<StoredOffer?> GetOfferOfAsync(string site, VisitorKey visitor, CancellationToken cancellation) => new((StoredOffer?)null);
    public ValueTask<StoredOffer?> GetOfferAsync(string site, OfferId offer, CancellationToken cancellation) => new((StoredOffer?)null);
    public ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> GetCardsAsync(string site, CancellationToken cancellation) => new([]);
    public ValueTask<IAsyncDisposable> SubscribeAsync(string channel, Action<ReadOnlyMemory<byte>> receive, CancellationToken cancellation) =>
        throw new NotSupportedException();
    public ValueTask<EraseResult> EraseAsync(string site, VisitorKey visitor, CancellationToken cancellation) => throw new NotSupportedException();
    public ValueTask<IReadOnlyList<byte[]>> KeepRejectKeysAsync(string site, IReadOnlyList<VisitorKey> visitors, CancellationToken cancellation) => throw new NotSupportedException();
    public ValueTask<IReadOnlyList<RejectStanding>> FindRejectsAsync(string site, IReadOnlyList<RejectAt> rejects, CancellationToken cancellation) => throw new NotSupportedException();
    public ValueTask<IReadOnlyList<ResendOutcome>> TakeRejectsAsync(string site, IReadOnlyList<RejectAt> rejects, CancellationToken cancellation) => throw new NotSupportedException();
    public ValueTask SetResentAsync(string site, IReadOnlyList<RejectAt> rejects, CancellationToken cancellation) => throw new NotSupportedException();
    public ValueTask CheckAsync(CancellationToken cancellation) => default;
    public ValueTask DisposeAsync() => default;
}
