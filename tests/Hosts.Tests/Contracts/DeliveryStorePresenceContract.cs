using Engagement.Core;
using Engagement.Core.Contracts;

namespace Hosts.Tests.Contracts;

/// <summary>Who is there: pages that are open, and slots that become free.</summary>
public abstract class DeliveryStorePresenceContract(IDeliveryStoreBed bed) : DeliveryStoreContract(bed)
{
    [Fact]
    public async Task SetPageOpenAsync_Open_ThereUntilItLapses()
    {
        var visitor = NewVisitor();
        Assert.False(await Store.IsPageOpenAsync(Site, visitor, default));
        await Store.SetPageOpenAsync(Site, visitor, default);
        Assert.True(await Store.IsPageOpenAsync(Site, visitor, default));
        Assert.False(await Store.IsPageOpenAsync("elsewhere", visitor, default));
        Assert.False(await Store.IsPageOpenAsync(Site, NewVisitor(), default));
        await PassAsync(Limits.PagePresenceTtl + TimeSpan.FromSeconds(1));
        Assert.False(await Store.IsPageOpenAsync(Site, visitor, default));
    }

    [Fact]
    public async Task FindOpenPagesAsync_Many_ThoseThatAreOpen()
    {
        var visitors = Enumerable.Range(0, 300).Select(_ => NewVisitor()).ToArray();
        Assert.Empty(await Store.FindOpenPagesAsync(Site, visitors, default));
        Assert.Empty(await Store.FindOpenPagesAsync(Site, [], default));
        var open = visitors.Where((_, i) => i % 3 == 0).ToHashSet();
        foreach (var visitor in open) await Store.SetPageOpenAsync(Site, visitor, default);
        await Store.SetPageOpenAsync(Site, NewVisitor(), default);
        Assert.True(open.SetEquals(await Store.FindOpenPagesAsync(Site, visitors, default)));
        Assert.Empty(await Store.FindOpenPagesAsync("elsewhere", visitors, default));
        await PassAsync(Limits.PagePresenceTtl + TimeSpan.FromSeconds(1));
        Assert.Empty(await Store.FindOpenPagesAsync(Site, visitors, default));
    }

    [Fact]
    public async Task SetPageOpenAsync_Renewed_StillThere()
    {
        var visitor = NewVisitor();
        await Store.SetPageOpenAsync(Site, visitor, default);
        for (var i = 0; i < 4; i++)
        {
            await PassAsync(Limits.PagePresenceTtl / 3);
            await Store.SetPageOpenAsync(Site, visitor, default);
        }
        Assert.True(await Store.IsPageOpenAsync(Site, visitor, default));
    }

    [Fact]
    public async Task SetPageClosedAsync_Closed_GoneAtOnceAndMayBeRepeated()
    {
        var visitor = NewVisitor();
        await Store.SetPageOpenAsync(Site, visitor, default);
        await Store.SetPageClosedAsync(Site, visitor, default);
        await Store.SetPageClosedAsync(Site, visitor, default);
        Assert.False(await Store.IsPageOpenAsync(Site, visitor, default));
    }

    [Fact]
    public async Task AvailabilityOf_AgentComesAndStays_ToldOnce()
    {
        await using var freed = await ListenAsync(Channels.AvailabilityOf(Site));
        await AvailableAsync("anna", 2);
        await AvailableAsync("anna", 2);
        Assert.Equal(["""{"v":1,"kind":"freed"}"""], await freed.TakeAsync(1));
        await AvailableAsync("anna", 3);
        await freed.TakeAsync(1);
    }

    [Fact]
    public async Task AvailabilityOf_SlotTakenAndGivenBack_ToldWhenItIsGivenBack()
    {
        await AvailableAsync("anna");
        var visitor = NewVisitor();
        await using var freed = await ListenAsync(Channels.AvailabilityOf(Site));
        var offer = await OpenOfferAsync(visitor);
        await AnswerAsync(visitor, offer, InvitationAnswer.Shown);
        await freed.TakeAsync(0);
        await AnswerAsync(visitor, offer, InvitationAnswer.Declined);
        await freed.TakeAsync(1);
    }

    [Fact]
    public async Task AvailabilityOf_ConversationEnds_Told()
    {
        await AvailableAsync("anna");
        var visitor = NewVisitor();
        var offer = await AcceptedOfferAsync(visitor);
        await using var freed = await ListenAsync(Channels.AvailabilityOf(Site));
        await Store.ClaimAsync(Site, offer, "anna", default);
        await freed.TakeAsync(0);
        await Store.EndConversationAsync(Site, offer, "anna", default);
        await freed.TakeAsync(1);
    }

    [Fact]
    public async Task AvailabilityOf_OfferEndsByItsCommit_Told()
    {
        await AvailableAsync("anna");
        var visitor = NewVisitor();
        var offer = await OpenOfferAsync(visitor);
        await using var freed = await ListenAsync(Channels.AvailabilityOf(Site));
        var commit = await CommitOf();
        commit.Endings.Add(new OfferEnding(Site, visitor, offer, Engagement.Core.Decisions.OfferStatus.Withdrawn, "left_site"));
        await Store.CommitAsync(commit, default);
        await Store.CommitAsync(commit, default);
        await freed.TakeAsync(1);
    }
}
