using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Privacy;

namespace Hosts.Tests.Contracts;

/// <summary>Keys of rejects, and which were sent again: one key a visitor, one sending a reject, and all of it gone with her erasure.</summary>
public abstract class DeliveryStoreRejectContract(IDeliveryStoreBed bed) : DeliveryStoreContract(bed)
{
    private async Task<byte[]> KeyOfAsync(VisitorKey visitor) => Assert.Single(await Store.KeepRejectKeysAsync(Site, [visitor], default));

    private async Task<RejectStanding> FindAsync(RejectAt reject) => Assert.Single(await Store.FindRejectsAsync(Site, [reject], default));

    private async Task<ResendOutcome> TakeAsync(RejectAt reject) => Assert.Single(await Store.TakeRejectsAsync(Site, [reject], default));

    [Fact]
    public async Task KeepRejectKeysAsync_OneAVisitor_TheSameEachTime_AlsoAfterReopening()
    {
        var (anna, bert) = (NewVisitor(), NewVisitor());
        var keys = await Store.KeepRejectKeysAsync(Site, [anna, bert, anna], default);
        Assert.All(keys, key => Assert.Equal(RejectSeal.KeyBytes, key.Length));
        Assert.Equal(keys[0], keys[2]);
        Assert.NotEqual(keys[0], keys[1]);
        Assert.NotEqual(keys[0], Assert.Single(await Store.KeepRejectKeysAsync("another-site", [anna], default)));
        await ReopenAsync();
        Assert.Equal(keys[0], await KeyOfAsync(anna));
        Assert.Equal(keys[1], (await FindAsync(new(bert, "1"))).Key);
    }

    [Fact]
    public async Task KeepRejectKeysAsync_ManyAtOnce_AllGetTheSame()
    {
        var visitor = NewVisitor();
        var keys = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => KeyOfAsync(visitor)));
        Assert.All(keys, key => Assert.Equal(keys[0], key));
    }

    [Fact]
    public async Task FindRejectsAsync_Nobody_HasNoKey_AndMakesNone()
    {
        var reject = new RejectAt(NewVisitor(), "1");
        Assert.Null((await FindAsync(reject)).Key);
        Assert.Equal(ResendOutcome.Gone, await TakeAsync(reject));
        Assert.Null((await FindAsync(reject)).Key);
    }

    [Fact]
    public async Task TakeRejectsAsync_OneOfMany_AndNobodyOnceItWasSent()
    {
        var (one, other) = (new RejectAt(NewVisitor(), "1"), new RejectAt(NewVisitor(), "1"));
        await Store.KeepRejectKeysAsync(Site, [one.Visitor, other.Visitor], default);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => TakeAsync(one)));
        Assert.Single(outcomes, ResendOutcome.Taken);
        Assert.Equal(19, outcomes.Count(outcome => outcome == ResendOutcome.Busy));
        Assert.Null((await FindAsync(one)).ResentAt);

        await Store.SetResentAsync(Site, [one], default);
        await ReopenAsync();
        Assert.Equal([ResendOutcome.Resent, ResendOutcome.Taken], await Store.TakeRejectsAsync(Site, [one, other], default));
        Assert.True((await FindAsync(one)).ResentAt > Now - TimeSpan.FromMinutes(1));
        Assert.Null((await FindAsync(other)).ResentAt);
    }

    [Fact]
    public async Task TakeRejectsAsync_WhoeverHadIt_LosesItAfterItsTime()
    {
        var reject = new RejectAt(NewVisitor(), "1");
        await KeyOfAsync(reject.Visitor);
        Assert.Equal(ResendOutcome.Taken, await TakeAsync(reject));
        await PassAsync(Limits.ResendHoldMax - TimeSpan.FromSeconds(5));
        Assert.Equal(ResendOutcome.Busy, await TakeAsync(reject));
        await PassAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(ResendOutcome.Taken, await TakeAsync(reject));
    }

    [Fact]
    public async Task EraseAsync_TheKeyAndEveryMarkAreGone_AndALaterOneIsAnother()
    {
        var reject = new RejectAt(NewVisitor(), "1");
        var key = await KeyOfAsync(reject.Visitor);
        await TakeAsync(reject);
        await Store.EraseAsync(Site, reject.Visitor, default);
        await Store.SetResentAsync(Site, [reject], default);
        Assert.Equal(default, await FindAsync(reject));
        Assert.Equal(ResendOutcome.Gone, await TakeAsync(reject));
        if (await DumpAsync() is { } dump) Assert.DoesNotContain(reject.Visitor.ToString(), dump, StringComparison.Ordinal);
        await ReopenAsync();
        Assert.Equal(default, await FindAsync(reject));
        Assert.NotEqual(key, await KeyOfAsync(reject.Visitor));
        Assert.Equal(ResendOutcome.Taken, await TakeAsync(reject));
    }
}
