using System.Diagnostics;
using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Engine.Delivery.Redis;
using Engagement.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Benchmarks.Cluster;

/// <summary>
/// The ceiling of one site: all that is atomic about it lives in one hash slot, which one thread of one Redis serves. Whole offers, from the reservation
/// over delivery, acceptance and claim to the end of the conversation, beside the rate of a bare round trip.
/// </summary>
internal static class SlotBench
{
    private const string Site = "slot";
    private const int Callers = 16;
    private const int Agents = 50;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(8);
    private static readonly byte[] s_card = Encoding.UTF8.GetBytes($$"""{"v":1,"kind":"full","text":"{{new string('x', 1_500)}}"}""");
    private static long s_next;

    public static async Task<int> RunAsync()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = await RedisDeliveryStore.OpenAsync(new RedisOptions { Configuration = redis.Address }, NullLoggerFactory.Instance, TimeProvider.System, default);
        for (var agent = 0; agent < Agents; agent++)
            await store.SetPresenceAsync(new PresenceRequest(Site, $"agent{agent}", PresenceStatus.Available, 20), default);
        var epoch = (await store.TakePartitionAsync(0, default)).Epoch;
        var position = 0L;
        await MeasureAsync(TimeSpan.FromSeconds(2), OfferAsync);
        var offers = await MeasureAsync(Duration, OfferAsync);
        var refused = await MeasureAsync(TimeSpan.FromSeconds(3), n => store.GetAvailabilityAsync(Site, default).AsTask());
        var bare = await MeasureAsync(TimeSpan.FromSeconds(3), n => store.CheckAsync(default).AsTask());
        Console.WriteLine(FormattableString.Invariant($"slot: one site, {Agents} agents, {Callers} callers"));
        Console.WriteLine(FormattableString.Invariant($"  whole offers         {offers,12:N0} /s: reserve, deliver, accept, claim, end"));
        Console.WriteLine(FormattableString.Invariant($"  who is free          {refused,12:N0} /s"));
        Console.WriteLine(FormattableString.Invariant($"  bare round trips     {bare,12:N0} /s   ratio of offers to it {offers / bare:F3}"));
        return 0;

        async Task OfferAsync(long n)
        {
            var visitor = new VisitorKey(1, (ulong)n);
            var offer = new OfferId(new SessionId(2, (ulong)n), 1);
            var reserved = await store.ReserveAsync(
                new ReserveRequest { Site = Site, Visitor = visitor, Offer = offer, Lease = TimeSpan.FromSeconds(45), OffersPerHourMax = int.MaxValue }, default);
            if (reserved.Resolution != OfferResolution.Reserved) throw new InvalidOperationException($"{reserved.Resolution}");
            var commit = new PartitionCommit { Checkpoint = new PartitionCheckpoint(0, Interlocked.Increment(ref position), 0, epoch, 1, []) };
            commit.Offers.Add(new OfferDelivery
            {
                Site = Site, Visitor = visitor, Offer = offer, Agent = reserved.Agent!, ExpiresAt = reserved.ExpiresAt,
                Invitation = s_card, ReservedCard = s_card, FullCard = s_card,
            });
            await store.CommitAsync(commit, default);
            await store.AnswerAsync(new AnswerRequest { Site = Site, Visitor = visitor, Offer = offer, Answer = InvitationAnswer.Accepted, FullCard = s_card }, default);
            await store.ClaimAsync(Site, offer, reserved.Agent!, default);
            await store.EndConversationAsync(Site, offer, reserved.Agent!, default);
        }
    }

    private static async Task<double> MeasureAsync(TimeSpan duration, Func<long, Task> act)
    {
        var clock = Stopwatch.StartNew();
        var before = Interlocked.Read(ref s_next);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (clock.Elapsed < duration) await act(Interlocked.Increment(ref s_next));
        })));
        return (Interlocked.Read(ref s_next) - before) / clock.Elapsed.TotalSeconds;
    }
}
