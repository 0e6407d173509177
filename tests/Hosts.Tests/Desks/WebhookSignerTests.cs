using System.Text;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Engagement.Desks.Webhooks;

namespace Hosts.Tests.Desks;

public sealed class WebhookSignerTests
{
    private static readonly byte[] Payload = Encoding.UTF8.GetBytes("""{"test": 2432232314}""");

    private static SiteSecret Secret(string text) => new(Convert.FromBase64String(text["whsec_".Length..]));

    /// <summary>The example that the libraries of Standard Webhooks are tested with.</summary>
    [Fact]
    public void Sign_PublishedExample_GivesThePublishedSignature() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        WebhookSigner.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, Payload, [Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]));

    [Fact]
    public void Sign_SeveralSecrets_OneSignatureEachInTheirOrder()
    {
        SiteSecret[] secrets = [Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), Secret("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX")];
        var both = WebhookSigner.Sign("m", 1, Payload, secrets).Split(' ');
        Assert.Equal(secrets.Select(secret => WebhookSigner.Sign("m", 1, Payload, [secret])), both);
        Assert.NotEqual(both[0], both[1]);
    }

    [Theory]
    [InlineData("n", 1, "body")]
    [InlineData("m", 2, "body")]
    [InlineData("m", 1, "bodY")]
    public void Sign_AnotherIdTimeOrBody_AnotherSignature(string id, long timestamp, string body)
    {
        SiteSecret[] secrets = [Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")];
        Assert.NotEqual(WebhookSigner.Sign("m", 1, "body"u8, secrets), WebhookSigner.Sign(id, timestamp, Encoding.UTF8.GetBytes(body), secrets));
    }

    [Fact]
    public void NoticeTypes_EveryType_RoundTripsByItsName()
    {
        Assert.Equal(Enum.GetValues<NoticeType>().Length, NoticeTypes.Names.Distinct().Count());
        foreach (var type in Enum.GetValues<NoticeType>())
        {
            Assert.True(NoticeTypes.TryParse(NoticeTypes.NameOf(type), out var read));
            Assert.Equal(type, read);
        }
        Assert.False(NoticeTypes.TryParse("invitation.unknown", out _));
    }
}
