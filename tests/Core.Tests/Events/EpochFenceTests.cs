using Engagement.Core;
using Engagement.Core.Events;

namespace Core.Tests.Events;

public sealed class EpochFenceTests
{
    private static readonly Instant s_now = Instant.FromUnixMs(1_795_341_040_123);
    private static readonly OfferId s_offer = new(new SessionId(7, 8), 1);
    private readonly EpochFence _fence = new();

    [Fact]
    public void Admits_OfferOfAnEarlierOwner_OnlyBeforeTheNextOneTookThePartition()
    {
        Assert.True(Admits(EngineEventWriter.Taken(5, s_now)));
        Assert.True(Admits(Offered(5)));
        Assert.True(Admits(EngineEventWriter.Taken(6, s_now)));
        Assert.False(Admits(Offered(5)));
        Assert.False(Admits(EngineEventWriter.Withheld("demo", new VisitorKey(1, 2), s_offer, 3, epoch: 5, "holdout", s_now)));
        Assert.True(Admits(Offered(6)));
    }

    [Fact]
    public void Admits_ALateTakingOfAnEarlierEpoch_LowersNothing()
    {
        Assert.True(Admits(EngineEventWriter.Taken(6, s_now)));
        Assert.True(Admits(EngineEventWriter.Taken(5, s_now)));
        Assert.False(Admits(Offered(5)));
    }

    [Fact]
    public void Admits_WhateverNamesNoEpoch_Always()
    {
        Assert.True(Admits(EngineEventWriter.Taken(6, s_now)));
        Assert.True(Admits(Offered(0)));
        Assert.True(Admits(EngineEventWriter.Answered("demo", new VisitorKey(1, 2), s_offer, Engagement.Core.Contracts.InvitationAnswer.Declined, s_now)));
        Assert.True(Admits(EngineEventWriter.Tick(s_now)));
    }

    private static byte[] Offered(long epoch) => EngineEventWriter.Offered("demo", new VisitorKey(1, 2), s_offer, 3, epoch, s_now, s_now);

    private bool Admits(byte[] record)
    {
        Assert.True(new VisitorEventReader().TryRead(record, out var e).IsOk);
        return _fence.Admits(e);
    }
}
