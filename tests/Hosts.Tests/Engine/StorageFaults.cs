using System.Collections.Concurrent;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;

namespace Hosts.Tests.Engine;

/// <summary>What can fail in the middle.</summary>
public enum StorageCall { Append, Bounds, Read, Join, Next, Mirror, Take, Commit, Reserve, Ask, Pages, Answer, Presence, Subscribe, Keys }

/// <summary>How it fails.</summary>
public enum FaultKind
{
    /// <summary>As a disk or a network fails: nothing was done, and another try may succeed.</summary>
    Throws,

    /// <summary>With what no other try cures: the worker must begin again.</summary>
    Breaks,

    /// <summary>It was done, and the answer was lost.</summary>
    DoneButThrows,

    /// <summary>It does not answer until it is told to give up.</summary>
    Hangs,

    /// <summary>It never answers, and hears nothing.</summary>
    Deaf,

    /// <summary>Of an append: the log could not be reached.</summary>
    Unavailable,

    /// <summary>Of an append: too much waits.</summary>
    Busy,

    /// <summary>Of an append: kept, and told as not kept.</summary>
    DoneButUnavailable,

    /// <summary>Of the store: it came back without the partition.</summary>
    Forgets,
}

/// <summary>Switches that make the real log and the real store fail on demand. Thread-safe.</summary>
public sealed class StorageFaults
{
    private readonly ConcurrentDictionary<StorageCall, Fault> _faults = new();
    private readonly ConcurrentDictionary<StorageCall, int> _met = new();
    private readonly ConcurrentDictionary<StorageCall, int> _calls = new();

    /// <summary>Lets the next <paramref name="times"/> calls fail.</summary>
    public void Set(StorageCall call, FaultKind kind, int times = int.MaxValue) => _faults[call] = new Fault(kind, times);

    public void Mend() => _faults.Clear();

    /// <summary>How often a call has failed so far: a test that met no fault has tested nothing.</summary>
    public int Met(StorageCall call) => _met.GetValueOrDefault(call);

    /// <summary>How often it was called, failing or not.</summary>
    public int Calls(StorageCall call) => _calls.GetValueOrDefault(call);

    /// <summary>Whether the call is to be answered by a store that came back empty.</summary>
    public bool Forgets(StorageCall call) => _faults.TryGetValue(call, out var fault) && fault.Kind == FaultKind.Forgets && Take(call) is not null;

    public async ValueTask<T> AroundAsync<T>(StorageCall call, Func<ValueTask<T>> real, CancellationToken cancellation)
    {
        Count(call);
        if (Take(call) is not { } kind) return await real();
        if (kind == FaultKind.Hangs) await Task.Delay(Timeout.Infinite, cancellation);
        if (kind == FaultKind.Deaf) await Task.Delay(Timeout.Infinite, CancellationToken.None);
        if (kind == FaultKind.Breaks) throw new NotSupportedException($"{call} broke");
        if (kind == FaultKind.DoneButThrows) await real();
        throw new IOException($"{call} failed");
    }

    public async ValueTask<AppendResult> AroundAppendAsync(Func<ValueTask<AppendResult>> real, CancellationToken cancellation)
    {
        Count(StorageCall.Append);
        switch (Take(StorageCall.Append))
        {
            case null: return await real();
            case FaultKind.Busy: return new AppendResult(AppendOutcome.Busy, TimeSpan.FromSeconds(1));
            case FaultKind.Unavailable: return new AppendResult(AppendOutcome.Unavailable, TimeSpan.FromSeconds(1));
            case FaultKind.DoneButUnavailable:
                await real();
                return new AppendResult(AppendOutcome.Unavailable, TimeSpan.FromSeconds(1));
            case FaultKind.Breaks: throw new NotSupportedException("Append broke");
            case FaultKind.Deaf:
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
                throw new InvalidOperationException();
            default:
                await Task.Delay(Timeout.Infinite, cancellation);
                throw new InvalidOperationException();
        }
    }

    private void Count(StorageCall call) => _calls.AddOrUpdate(call, 1, (_, before) => before + 1);

    private FaultKind? Take(StorageCall call)
    {
        while (_faults.TryGetValue(call, out var fault))
        {
            if (fault.Left <= 0) return null;
            if (!_faults.TryUpdate(call, fault with { Left = fault.Left - 1 }, fault)) continue;
            _met.AddOrUpdate(call, 1, (_, before) => before + 1);
            return fault.Kind;
        }
        return null;
    }

    private sealed record Fault(FaultKind Kind, int Left);
}

/// <summary>The real log, failing where told.</summary>
internal sealed class FaultyEventLog(IEventLog log, StorageFaults faults) : IEventLog
{
    public int PartitionCount => log.PartitionCount;
    public bool HasBoundsAtHand => log.HasBoundsAtHand;

    public ValueTask<AppendResult> AppendAsync(string topic, IReadOnlyList<LogAppend> records, CancellationToken cancellation) =>
        faults.AroundAppendAsync(() => log.AppendAsync(topic, records, cancellation), cancellation);

    public ValueTask<ILogConsumer> JoinAsync(string topic, string group, CancellationToken cancellation) => faults.AroundAsync<ILogConsumer>(
        StorageCall.Join, async () => new FaultyConsumer(await log.JoinAsync(topic, group, cancellation), faults), cancellation);

    public ValueTask<(long First, long Next)> GetBoundsAsync(string topic, int partition, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Bounds, () => log.GetBoundsAsync(topic, partition, cancellation), cancellation);

    public ValueTask<LogBatch> ReadAsync(string topic, int partition, long offset, int maxRecords, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Read, () => log.ReadAsync(topic, partition, offset, maxRecords, cancellation), cancellation);

    public ValueTask TrimAsync(string topic, Instant before, CancellationToken cancellation) => log.TrimAsync(topic, before, cancellation);
    public ValueTask CheckAsync(CancellationToken cancellation) => log.CheckAsync(cancellation);
    public ValueTask DisposeAsync() => log.DisposeAsync();

    private sealed class FaultyConsumer(ILogConsumer consumer, StorageFaults faults) : ILogConsumer
    {
        public ValueTask<ConsumerSignal> NextAsync(CancellationToken cancellation) =>
            faults.AroundAsync(StorageCall.Next, () => consumer.NextAsync(cancellation), cancellation);

        public void Seek(int partition, long offset) => consumer.Seek(partition, offset);
        public void Pause(int partition) => consumer.Pause(partition);
        public void Resume(int partition) => consumer.Resume(partition);
        public void Released(int partition) => consumer.Released(partition);

        public async ValueTask CommitAsync(int partition, long position, CancellationToken cancellation) =>
            await faults.AroundAsync(StorageCall.Mirror, async () =>
            {
                await consumer.CommitAsync(partition, position, cancellation);
                return true;
            }, cancellation);

        public ValueTask<long?> FindCommittedAsync(int partition, CancellationToken cancellation) => consumer.FindCommittedAsync(partition, cancellation);

        public ValueTask DisposeAsync() => consumer.DisposeAsync();
    }
}

/// <summary>The real store, failing where told.</summary>
internal sealed class FaultyDeliveryStore(IDeliveryStore store, StorageFaults faults) : IDeliveryStore
{
    public async ValueTask<PartitionOwnership> TakePartitionAsync(int partition, CancellationToken cancellation)
    {
        if (faults.Forgets(StorageCall.Take)) return (await store.TakePartitionAsync(partition, cancellation)) with { Checkpoint = null };
        return await faults.AroundAsync(StorageCall.Take, () => store.TakePartitionAsync(partition, cancellation), cancellation);
    }

    public ValueTask<CommitOutcome> CommitAsync(PartitionCommit commit, CancellationToken cancellation) => faults.Forgets(StorageCall.Commit)
        ? ValueTask.FromResult(CommitOutcome.Lost)
        : faults.AroundAsync(StorageCall.Commit, () => store.CommitAsync(commit, cancellation), cancellation);

    public ValueTask<ReserveResult> ReserveAsync(ReserveRequest request, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Reserve, () => store.ReserveAsync(request, cancellation), cancellation);

    public ValueTask<AnswerOutcome> AnswerAsync(AnswerRequest request, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Answer, () => store.AnswerAsync(request, cancellation), cancellation);

    public ValueTask<ClaimResult> ClaimAsync(string site, OfferId offer, string agent, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Answer, () => store.ClaimAsync(site, offer, agent, cancellation), cancellation);

    public ValueTask<bool> EndConversationAsync(string site, OfferId offer, string agent, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Answer, () => store.EndConversationAsync(site, offer, agent, cancellation), cancellation);

    public ValueTask<AskResult> AskAsync(AskRequest request, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Answer, () => store.AskAsync(request, cancellation), cancellation);

    public ValueTask<TransferOutcome> TransferAsync(TransferRequest request, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Answer, () => store.TransferAsync(request, cancellation), cancellation);

    public ValueTask<WrapUpResult> WrapUpAsync(WrapUpRequest request, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Answer, () => store.WrapUpAsync(request, cancellation), cancellation);

    public ValueTask<QuestionOutcome> LeaveQuestionAsync(StoredQuestion question, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Answer, () => store.LeaveQuestionAsync(question, cancellation), cancellation);

    public ValueTask<IReadOnlyList<StoredQuestion>> GetQuestionsAsync(string site, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Ask, () => store.GetQuestionsAsync(site, cancellation), cancellation);

    public ValueTask<QuestionResult> TakeQuestionAsync(string site, string id, string agent, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Answer, () => store.TakeQuestionAsync(site, id, agent, cancellation), cancellation);

    public ValueTask<QuestionOutcome> FinishQuestionAsync(string site, string id, string agent, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Answer, () => store.FinishQuestionAsync(site, id, agent, cancellation), cancellation);

    public ValueTask<SendResult> SendAsync(SendRequest request, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Answer, () => store.SendAsync(request, cancellation), cancellation);

    public ValueTask<bool> SignAsync(SignRequest request, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Answer, () => store.SignAsync(request, cancellation), cancellation);

    public ValueTask<bool> CloseConversationAsync(string site, OfferId offer, Participant by, Instant at, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Answer, () => store.CloseConversationAsync(site, offer, by, at, cancellation), cancellation);

    public ValueTask<StoredConversation?> GetConversationAsync(string site, OfferId offer, long after, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Ask, () => store.GetConversationAsync(site, offer, after, cancellation), cancellation);

    public ValueTask<PresenceResult> SetPresenceAsync(PresenceRequest request, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Presence, () => store.SetPresenceAsync(request, cancellation), cancellation);

    public ValueTask<PauseResult> SetPauseAsync(PauseRequest request, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Presence, () => store.SetPauseAsync(request, cancellation), cancellation);

    public ValueTask<IReadOnlyList<StoredAgent>> GetAgentsAsync(string site, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Ask, () => store.GetAgentsAsync(site, cancellation), cancellation);

    public ValueTask<IReadOnlyList<OfferEnding>> SweepAsync(CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Presence, () => store.SweepAsync(cancellation), cancellation);

    public ValueTask<IReadOnlyList<OfferEnding>> WithdrawOffersAsync(string site, string cause, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Presence, () => store.WithdrawOffersAsync(site, cause, cancellation), cancellation);

    public ValueTask<AgentAvailability> GetAvailabilityAsync(string site, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Ask, () => store.GetAvailabilityAsync(site, cancellation), cancellation);

    public ValueTask<StoredOverview> GetOverviewAsync(string site, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Ask, () => store.GetOverviewAsync(site, cancellation), cancellation);

    public ValueTask SetPageOpenAsync(string site, VisitorKey visitor, CancellationToken cancellation) =>
        store.SetPageOpenAsync(site, visitor, cancellation);

    public ValueTask SetPageClosedAsync(string site, VisitorKey visitor, CancellationToken cancellation) =>
        store.SetPageClosedAsync(site, visitor, cancellation);

    public ValueTask<bool> IsPageOpenAsync(string site, VisitorKey visitor, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Ask, () => store.IsPageOpenAsync(site, visitor, cancellation), cancellation);

    public ValueTask<IReadOnlySet<VisitorKey>> FindOpenPagesAsync(string site, IReadOnlyCollection<VisitorKey> visitors, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Pages, () => store.FindOpenPagesAsync(site, visitors, cancellation), cancellation);

    public ValueTask<Assessment?> GetAssessmentAsync(string site, VisitorKey visitor, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Ask, () => store.GetAssessmentAsync(site, visitor, cancellation), cancellation);

    public ValueTask<StoredOffer?> GetOfferOfAsync(string site, VisitorKey visitor, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Ask, () => store.GetOfferOfAsync(site, visitor, cancellation), cancellation);

    public ValueTask<StoredOffer?> GetOfferAsync(string site, OfferId offer, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Ask, () => store.GetOfferAsync(site, offer, cancellation), cancellation);

    public ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> GetCardsAsync(string site, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Ask, () => store.GetCardsAsync(site, cancellation), cancellation);

    public ValueTask<IAsyncDisposable> SubscribeAsync(string channel, Action<ReadOnlyMemory<byte>> receive, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Subscribe, () => store.SubscribeAsync(channel, receive, cancellation), cancellation);

    public ValueTask<EraseResult> EraseAsync(string site, VisitorKey visitor, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Answer, () => store.EraseAsync(site, visitor, cancellation), cancellation);

    public ValueTask<IReadOnlyList<byte[]>> KeepRejectKeysAsync(string site, IReadOnlyList<VisitorKey> visitors, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Keys, () => store.KeepRejectKeysAsync(site, visitors, cancellation), cancellation);

    public ValueTask<IReadOnlyList<RejectStanding>> FindRejectsAsync(string site, IReadOnlyList<RejectAt> rejects, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Keys, () => store.FindRejectsAsync(site, rejects, cancellation), cancellation);

    public ValueTask<IReadOnlyList<ResendOutcome>> TakeRejectsAsync(string site, IReadOnlyList<RejectAt> rejects, CancellationToken cancellation) =>
        faults.AroundAsync(StorageCall.Keys, () => store.TakeRejectsAsync(site, rejects, cancellation), cancellation);

    public async ValueTask SetResentAsync(string site, IReadOnlyList<RejectAt> rejects, CancellationToken cancellation) => await faults.AroundAsync(
        StorageCall.Keys,
        async () =>
        {
            await store.SetResentAsync(site, rejects, cancellation);
            return true;
        },
        cancellation);

    public ValueTask CheckAsync(CancellationToken cancellation) => store.CheckAsync(cancellation);
    public ValueTask DisposeAsync() => store.DisposeAsync();
}
