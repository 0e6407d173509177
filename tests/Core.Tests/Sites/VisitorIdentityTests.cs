using System.Security.Cryptography;
using System.Text;
using Engagement.Core.Sites;
using Engagement.Testing;

namespace Engagement.Core.Tests.Sites;

public sealed class VisitorIdentityTests
{
    private static readonly Instant s_noon = Instant.FromDateTimeOffset(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void KeyOf_IsTheDocumentedHmac()
    {
        var site = Site("demo");
        var day = HMACSHA256.HashData(site.Secret.Bytes, "visitor-key2026-11-22"u8);
        var digest = HMACSHA256.HashData(day, "demo\0anna"u8);
        Assert.Equal(VisitorKey.FromBytes(digest), VisitorIdentity.KeyOf(site, "anna"u8, s_noon));
    }

    [Fact]
    public void KeyOf_OtherVisitorSiteSecretOrDay_IsAnother()
    {
        var keys = new[]
        {
            VisitorIdentity.KeyOf(Site("demo"), "anna", s_noon), VisitorIdentity.KeyOf(Site("demo"), "bob", s_noon),
            VisitorIdentity.KeyOf(Site("other"), "anna", s_noon), VisitorIdentity.KeyOf(Site("demo", secret: 2), "anna", s_noon),
            VisitorIdentity.KeyOf(Site("demo"), "anna", s_noon + TimeSpan.FromDays(1)),
        };
        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Theory]
    [InlineData("UTC", 4)]
    [InlineData("Europe/Berlin", 3)]
    [InlineData("America/New_York", 9)]
    [InlineData("Asia/Kolkata", 22.5)]
    public void KeyOf_ChangesAtFourInTheSitesMorning(string zone, double hourUtc)
    {
        var site = Site("demo", zone: zone);
        var boundary = Instant.FromDateTimeOffset(new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero)) + TimeSpan.FromHours(hourUtc);
        var ms = TimeSpan.FromMilliseconds(1);
        Assert.NotEqual(VisitorIdentity.KeyOf(site, "anna", boundary - ms), VisitorIdentity.KeyOf(site, "anna", boundary));
        Assert.Equal(VisitorIdentity.KeyOf(site, "anna", boundary), VisitorIdentity.KeyOf(site, "anna", boundary + TimeSpan.FromHours(23)));
        Assert.Equal(boundary + TimeSpan.FromDays(1), VisitorIdentity.KeyChangesAt(site, boundary));
    }

    [Fact]
    public void KeyOf_AcrossAYearOfClockChanges_EachDayHasOneKey()
    {
        var site = Site("demo", zone: "America/Sao_Paulo");
        var start = Instant.FromDateTimeOffset(new DateTimeOffset(2018, 1, 1, 12, 0, 0, TimeSpan.Zero)); // a year in which its clocks changed
        var keys = Enumerable.Range(0, 365 * 24).Select(h => VisitorIdentity.KeyOf(site, "anna", start + TimeSpan.FromHours(h))).ToList();
        Assert.InRange(keys.Distinct().Count(), 365, 366);
        Assert.InRange(keys.Zip(keys.Skip(1)).Count(p => p.First != p.Second), 364, 365);
    }

    [Fact]
    public void KeyOf_SteadyState_AllocatesNothing()
    {
        var site = Site("demo");
        for (var i = 0; i < 100; i++) VisitorIdentity.KeyOf(site, "anna"u8, s_noon);
        Assert.Equal(0, Allocations.Of(10_000, () => VisitorIdentity.KeyOf(site, "anna"u8, s_noon)));
    }

    [Fact]
    public void TryReadToken_AsMinted_GivesSiteAndVisitor()
    {
        var site = Site("demo");
        var token = VisitorIdentity.MintToken(site, "anna \"ü\"", s_noon + TimeSpan.FromHours(1));
        Assert.True(VisitorIdentity.TryReadToken(Catalog(site, Site("other")), token, s_noon, out var read));
        Assert.Same(site, read.Site);
        Assert.Equal("anna \"ü\"", read.Visitor);
    }

    [Fact]
    public void TryReadToken_ExpiredForeignOrChanged_IsRefused()
    {
        var site = Site("demo");
        var token = VisitorIdentity.MintToken(site, "anna", s_noon + TimeSpan.FromHours(1));
        var sites = Catalog(site);
        Assert.False(VisitorIdentity.TryReadToken(sites, token, s_noon + TimeSpan.FromHours(1), out _));
        Assert.False(VisitorIdentity.TryReadToken(Catalog(Site("demo", secret: 2)), token, s_noon, out _));
        Assert.False(VisitorIdentity.TryReadToken(SiteCatalog.Empty, token, s_noon, out _));
        Assert.False(VisitorIdentity.TryReadToken(sites, null, s_noon, out _));
        Assert.False(VisitorIdentity.TryReadToken(sites, "", s_noon, out _));
        for (var i = 0; i < token.Length - 1; i++) // the last sign holds bits that base64 may ignore
        {
            var changed = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            Assert.False(VisitorIdentity.TryReadToken(sites, changed, s_noon, out _));
        }
    }

    [Fact]
    public void IsSigned_AsSigned_UntilItExpires()
    {
        var (site, expires) = (Site("demo"), s_noon + TimeSpan.FromMinutes(5));
        var signature = VisitorIdentity.Sign(site, "anna", expires);
        Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData(site.Secret.Bytes,
            Encoding.UTF8.GetBytes($"visitor-signature\ndemo\nanna\n{expires.UnixMs}"))), signature);
        Assert.True(VisitorIdentity.IsSigned(site, "anna", expires, signature, s_noon));
        Assert.False(VisitorIdentity.IsSigned(site, "anna", expires, signature, expires));
        Assert.False(VisitorIdentity.IsSigned(site, "bob", expires, signature, s_noon));
        Assert.False(VisitorIdentity.IsSigned(site, "anna", expires + TimeSpan.FromDays(1), signature, s_noon));
        Assert.False(VisitorIdentity.IsSigned(site, "anna", expires, new string('z', 64), s_noon));
        Assert.False(VisitorIdentity.IsSigned(site, "anna", expires, null, s_noon));
    }

    private static SiteCatalog Catalog(params SiteModel[] sites) => new([.. sites], 1);

    private static SiteModel Site(string id, byte secret = 1, string zone = "UTC") => new()
    {
        Id = id, Mode = SiteMode.Live, Secret = new SiteSecret(Enumerable.Repeat(secret, 32).ToArray()),
        TimeZone = TimeZoneInfo.FindSystemTimeZoneById(zone),
    };
}
