using System.Collections.Concurrent;
using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;

namespace Hosts.Tests.Contracts;

/// <summary>
/// What every delivery store promises; in parts by subject. Each implementation derives from all of them and passes unchanged.
/// </summary>
public abstract class DeliveryStoreContract(IDeliveryStoreBed bed) : IAsyncLifetime
{
    private int _visitors;

    /// <summary>A fresh site a test, so that tests may share a server.</summary>
    protected string Site { get; } = $"site-{Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(6)).ToLowerInvariant()}";
    protected IDeliveryStore Store { get; private set; } = null!;

    /// <summary>The store's time.</summary>
    protected Instant Now => bed.Now;

    /// <summary>A partition that no other test takes.</summary>
    protected virtual int Partition => 0;

    public async Task InitializeAsync()
    {
        await bed.PrepareAsync();
        Store = await bed.OpenAsync();
    }

    public async Task DisposeAsync()
    {
        await bed.CloseAsync(Store);
        await bed.RemoveAsync();
    }

    protected ValueTask PassAsync(TimeSpan time) => bed.PassAsync(time);

    protected Task QuietAsync() => bed.QuietAsync();

    protected Task<string?> DumpAsync() => bed.DumpAsync();

    protected async Task ReopenAsync()
    {
        await bed.CloseAsync(Store);
        Store = await bed.OpenAsync();
    }

    protected VisitorKey NewVisitor() => new(0xA11CE, (ulong)Interlocked.Increment(ref _visitors));

    /// <summary>An offer of a session named after its visitor; <paramref name="session"/> tells one visitor's sessions apart.</summary>
    protected OfferId OfferOf(VisitorKey visitor, int ordinal = 1, byte session = 0) =>
        new(new SessionId(Identifiers.Hash64(Encoding.UTF8.GetBytes(Site)) + session, visitor.Low), ordinal);

    protected async Task AvailableAsync(string agent, int capacity = 1) =>
        Assert.Empty((await Store.SetPresenceAsync(new PresenceRequest(Site, agent, PresenceStatus.Available, capacity), default)).Endings);

    protected ReserveRequest Wish(VisitorKey visitor, int ordinal = 1, byte session = 0) => new()
    {
        Site = Site, Visitor = visitor, Offer = OfferOf(visitor, ordinal, session), Lease = TimeSpan.FromSeconds(45), OffersPerHourMax = 1_000,
    };

    protected async Task<ReserveResult> ReserveAsync(VisitorKey visitor, int ordinal = 1, byte session = 0) =>
        await Store.ReserveAsync(Wish(visitor, ordinal, session), default);

    /// <summary>Reserves and delivers; the offer is then open.</summary>
    protected async Task<OfferId> OpenOfferAsync(VisitorKey visitor, int ordinal = 1)
    {
        var lease = await ReserveAsync(visitor, ordinal);
        Assert.Equal(OfferResolution.Reserved, lease.Resolution);
        await DeliverAsync(visitor, OfferOf(visitor, ordinal), lease);
        return OfferOf(visitor, ordinal);
    }

    protected async Task<OfferId> AcceptedOfferAsync(VisitorKey visitor)
    {
        var offer = await OpenOfferAsync(visitor);
        Assert.Equal(AnswerOutcome.Done, await AnswerAsync(visitor, offer, InvitationAnswer.Accepted, "full card, struck"));
        return offer;
    }

    protected async Task DeliverAsync(VisitorKey visitor, OfferId offer, ReserveResult lease) =>
        Assert.Equal(CommitOutcome.Done, await Store.CommitAsync(await CommitOf(DeliveryOf(visitor, offer, lease)), default));

    protected async Task<PartitionCommit> CommitOf(params OfferDelivery[] offers)
    {
        var ownership = await Store.TakePartitionAsync(Partition, default);
        var commit = new PartitionCommit { Checkpoint = Checkpoint(ownership.Epoch, (ownership.Checkpoint?.Position ?? 0) + 1) };
        commit.Offers.AddRange(offers);
        return commit;
    }

    protected OfferDelivery DeliveryOf(VisitorKey visitor, OfferId offer, ReserveResult lease) => new()
    {
        Site = Site, Visitor = visitor, Offer = offer, Agent = lease.Agent!, ExpiresAt = lease.ExpiresAt, Invitation = Json($"invitation {offer}"),
        ReservedCard = Json($"reserved card {offer}"), FullCard = Json("full card"),
    };

    protected PartitionCheckpoint Checkpoint(long epoch, long position) =>
        new(Partition, position, position, epoch, PartitionCheckpoint.CurrentStateVersion, []);

    protected ValueTask<AnswerOutcome> AnswerAsync(VisitorKey visitor, OfferId offer, InvitationAnswer answer, string? card = null) =>
        Store.AnswerAsync(new AnswerRequest { Site = Site, Visitor = visitor, Offer = offer, Answer = answer, FullCard = card is null ? default : Json(card) }, default);

    protected async Task<Listener> ListenAsync(string channel)
    {
        await QuietAsync();
        return await Listener.StartAsync(Store, channel);
    }

    protected Task<Listener> ListenToCardsAsync() => ListenAsync(Channels.CardsOf(Site));
    protected Task<Listener> ListenToAsync(VisitorKey visitor) => ListenAsync(Channels.VisitorOf(Site, visitor));

    protected static ReadOnlyMemory<byte> Json(string text) => Encoding.UTF8.GetBytes($"\"{text}\"");
    protected static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);

    protected Assessment AssessmentOf(VisitorKey visitor, int step = 1, byte session = 0) => new()
    {
        Site = Site, Visitor = visitor, Session = OfferOf(visitor, 1, session).Session, Step = step, AsOf = Now, StartedAt = Now, LastPresenceAt = Now,
        State = VisitorState.Floundering, Purposeful = 0.1f, Floundering = 0.8f, Reasons = Reasons.NoResults, Blockers = Blockers.None,
        Offer = OfferStatus.None, OffersMade = 0, OfferExpiresAt = Instant.Never, Features = [1, 2, float.NaN], Privacy = PrivacyScope.All,
    };

    /// <summary>Messages of one channel, as they come.</summary>
    protected sealed class Listener : IAsyncDisposable
    {
        private readonly ConcurrentQueue<string> _messages = new();
        private IAsyncDisposable _subscription = null!;

        public static async Task<Listener> StartAsync(IDeliveryStore store, string channel)
        {
            var listener = new Listener();
            listener._subscription = await store.SubscribeAsync(channel, m => listener._messages.Enqueue(Text(m)), default);
            return listener;
        }

        public string[] Messages => [.. _messages];

        /// <summary>Waits until so many have come, then a little for those that must not come.</summary>
        public async Task<string[]> TakeAsync(int count)
        {
            for (var i = 0; i < 200 && _messages.Count < count; i++) await Task.Delay(25);
            await Task.Delay(50);
            var messages = Messages;
            Assert.Equal(count, messages.Length);
            _messages.Clear();
            return messages;
        }

        public ValueTask DisposeAsync() => _subscription.DisposeAsync();
    }
}
