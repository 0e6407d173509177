using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Privacy;

namespace Core.Tests.Privacy;

public sealed class RejectSealTests
{
    private static readonly byte[] s_key = [.. Enumerable.Range(1, RejectSeal.KeyBytes).Select(i => (byte)i)];
    private static readonly byte[] s_nonce = [.. Enumerable.Range(100, RejectSeal.NonceBytes).Select(i => (byte)i)];
    private static readonly byte[] s_place = RejectRecord.PlaceOf("shop", new VisitorKey(1, 2), "00ff");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Limits.RejectOriginalBytesMax)]
    public void Seal_ThenTryOpen_GivesWhatWasSealed_AndShowsNothingOfIt(int length)
    {
        var original = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("zebra,", length / 6 + 1)))[..length];
        var box = RejectSeal.Seal(s_key, s_nonce, s_place, original);
        Assert.Equal(RejectSeal.SealedBytes(length), box.Length);
        Assert.True(box.AsSpan().IndexOf("zebra"u8) < 0);
        Assert.True(RejectSeal.TryOpen(s_key, s_place, box, out var opened));
        Assert.Equal(original, opened);
    }

    [Fact]
    public void TryOpen_AnyBitChanged_OrCutAnywhere_IsFalseAndGivesNothing()
    {
        var box = RejectSeal.Seal(s_key, s_nonce, s_place, "what she sent"u8);
        for (var bit = 0; bit < box.Length * 8; bit++)
        {
            var changed = box.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(RejectSeal.TryOpen(s_key, s_place, changed, out var opened));
            Assert.Empty(opened);
        }
        for (var length = 0; length < box.Length; length++) Assert.False(RejectSeal.TryOpen(s_key, s_place, box.AsSpan(0, length), out _));
    }

    [Fact]
    public void TryOpen_AnotherKey_OrNone_IsFalse()
    {
        var box = RejectSeal.Seal(s_key, s_nonce, s_place, "what she sent"u8);
        Assert.False(RejectSeal.TryOpen(new byte[RejectSeal.KeyBytes], s_place, box, out _));
        Assert.False(RejectSeal.TryOpen([], s_place, box, out _));
        Assert.False(RejectSeal.TryOpen(s_key.AsSpan(0, 16), s_place, box, out _));
    }

    [Theory]
    [InlineData("other", 2ul, "00ff")]
    [InlineData("shop", 3ul, "00ff")]
    [InlineData("shop", 2ul, "00fe")]
    public void TryOpen_InAnotherPlaceOfTheLog_IsFalse(string site, ulong visitor, string id)
    {
        var box = RejectSeal.Seal(s_key, s_nonce, s_place, "what she sent"u8);
        Assert.False(RejectSeal.TryOpen(s_key, RejectRecord.PlaceOf(site, new VisitorKey(1, visitor), id), box, out _));
    }
}
