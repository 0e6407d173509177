using System.Text;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Events;

namespace Engagement.Core.Tests.Events;

public sealed class EngineEventWriterTests
{
    private static readonly Instant s_now = Instant.FromUnixMs(1_795_341_040_123);
    private static readonly VisitorKey s_visitor = new(0x0123456789abcdef, 42);
    private static readonly OfferId s_offer = new(new SessionId(7, 0xfedcba9876543210), 2);

    [Fact]
    public void Offered_Read_GivesOfferStepAndExpiry()
    {
        var record = EngineEventWriter.Offered("demo", s_visitor, s_offer, 17, epoch: 1_795_341_040_999, s_now + TimeSpan.FromSeconds(45), s_now);

        Assert.True(new VisitorEventReader().TryRead(record, out var e).IsOk);
        Assert.Equal(EventType.InvitationOffered, e.Type);
        Assert.Equal(s_visitor, e.VisitorKey);
        Assert.Equal(s_offer, new OfferId(e.OfferSession, e.OfferOrdinal));
        Assert.Equal((17, 1_795_341_040_999), (e.OfferStep, e.Epoch));
        Assert.Equal(s_now + TimeSpan.FromSeconds(45), e.OfferExpiresAt);
        Assert.Equal(s_now, e.ReceivedAt);
        Assert.Equal($"{s_offer}:offered", Encoding.UTF8.GetString(e.Id));
    }

    [Fact]
    public void Withheld_Read_GivesCause()
    {
        Assert.True(new VisitorEventReader().TryRead(
            EngineEventWriter.Withheld("demo", s_visitor, s_offer, 3, epoch: 8, "holdout", s_now), out var e).IsOk);
        Assert.Equal(EventType.InvitationWithheld, e.Type);
        Assert.Equal("holdout", Encoding.UTF8.GetString(e.Cause));
        Assert.Equal((3, 8), (e.OfferStep, e.Epoch));
    }

    [Theory]
    [InlineData(InvitationAnswer.Shown, EventType.InvitationShown)]
    [InlineData(InvitationAnswer.Accepted, EventType.InvitationAccepted)]
    [InlineData(InvitationAnswer.Declined, EventType.InvitationDeclined)]
    [InlineData(InvitationAnswer.Ignored, EventType.InvitationIgnored)]
    public void Answered_Read_GivesItsType(InvitationAnswer answer, EventType type)
    {
        Assert.True(new VisitorEventReader().TryRead(EngineEventWriter.Answered("demo", s_visitor, s_offer, answer, s_now), out var e).IsOk);
        Assert.Equal(type, e.Type);
        Assert.Equal(s_offer.Ordinal, e.OfferOrdinal);
    }

    [Theory]
    [InlineData(OfferStatus.Ignored, "lapsed", EventType.InvitationIgnored)]
    [InlineData(OfferStatus.Withdrawn, "lapsed", EventType.InvitationWithdrawn)]
    [InlineData(OfferStatus.Ended, EngineEventWriter.Unclaimed, EventType.ChatUnclaimed)]
    [InlineData(OfferStatus.Ended, "closed", EventType.ChatEnded)]
    public void Ended_Read_GivesItsType(OfferStatus outcome, string cause, EventType type)
    {
        Assert.True(new VisitorEventReader().TryRead(
            EngineEventWriter.Ended(new OfferEnding("demo", s_visitor, s_offer, outcome, cause), s_now), out var e).IsOk);
        Assert.Equal(type, e.Type);
    }

    [Fact]
    public void Tick_Read_NeedsNoVisitor()
    {
        Assert.True(new VisitorEventReader().TryRead(EngineEventWriter.Tick(s_now), out var wall).IsOk);
        Assert.Equal(EventType.Tick, wall.Type);
        Assert.Equal(s_now, wall.ReceivedAt);
        Assert.True(wall.Site.IsEmpty);

        Assert.True(new VisitorEventReader().TryRead(EngineEventWriter.Tick(s_now, "replayed"), out var log).IsOk);
        Assert.Equal("replayed", Encoding.UTF8.GetString(log.Site));
    }

    [Fact]
    public void VisitorErasedChatsAndAsked_Read_GiveTheirTypes()
    {
        var reader = new VisitorEventReader();
        Assert.True(reader.TryRead(EngineEventWriter.VisitorErased("demo", s_visitor, s_now), out var erased).IsOk);
        Assert.Equal(EventType.VisitorErased, erased.Type);
        Assert.True(reader.TryRead(EngineEventWriter.ChatClaimed("demo", s_visitor, s_offer, s_now), out var claimed).IsOk);
        Assert.Equal(EventType.ChatClaimed, claimed.Type);
        Assert.True(reader.TryRead(EngineEventWriter.Asked("demo", s_visitor, "k\"1", s_now), out var asked).IsOk);
        Assert.Equal(EventType.InvitationAsked, asked.Type);
        Assert.Equal("asked:k\"1", Encoding.UTF8.GetString(asked.Id));
    }
}
