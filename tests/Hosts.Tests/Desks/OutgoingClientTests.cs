using Engagement.Desks;
using Engagement.Desks.Outgoing;
using Engagement.Testing;
using Microsoft.AspNetCore.Http;

namespace Hosts.Tests.Desks;

public sealed class OutgoingClientTests
{
    private static OutgoingClient Open(bool allowPrivate) => new(new DeskOptions { AllowPrivateAddresses = allowPrivate }, TimeProvider.System);

    private static async Task<OutgoingAnswer> GetAsync(OutgoingClient client, Uri url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        return await client.SendAsync(request, 64 * 1024, default);
    }

    [Fact]
    public async Task SendAsync_ToThisMachine_IsRefusedUnlessAllowed()
    {
        await using var server = await ReceivingServer.StartAsync();
        using var strict = Open(allowPrivate: false);
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(strict, server.Url));
        Assert.Contains("public address", refused.Message + refused.InnerException?.Message, StringComparison.Ordinal);
        Assert.Empty(server.Calls);

        using var open = Open(allowPrivate: true);
        Assert.Equal(204, (await GetAsync(open, server.Url)).Status);
    }

    [Theory]
    [InlineData("https://10.0.0.1/")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:192.168.0.1]/")]
    [InlineData("https://localhost/")]
    public async Task SendAsync_ToAPrivateAddress_IsRefusedBeforeAnythingIsSent(string url)
    {
        using var client = Open(allowPrivate: false);
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(client, new Uri(url)));
        Assert.Contains("public address", refused.Message + refused.InnerException?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://hooks.example/")]
    [InlineData("http://10.0.0.1/")]
    [InlineData("ftp://127.0.0.1/")]
    public async Task SendAsync_NotEncrypted_IsRefusedEvenWherePrivateIsAllowed(string url)
    {
        using var client = Open(allowPrivate: true);
        Assert.Contains("not https", (await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(client, new Uri(url)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendAsync_Redirect_IsAnAnswerAndNotFollowed()
    {
        await using var server = await ReceivingServer.StartAsync();
        await using var elsewhere = await ReceivingServer.StartAsync();
        server.Answer = (_, context) =>
        {
            context.Response.Redirect(elsewhere.Url.AbsoluteUri);
            return Task.CompletedTask;
        };
        using var client = Open(allowPrivate: true);
        Assert.Equal(302, (await GetAsync(client, server.Url)).Status);
        Assert.Empty(elsewhere.Calls);
    }

    [Fact]
    public async Task SendAsync_AnswerBeyondTheBound_IsNotReadOn()
    {
        await using var server = await ReceivingServer.StartAsync();
        server.Answer = (_, context) => context.Response.WriteAsync(new string('x', 200_000));
        using var client = Open(allowPrivate: true);
        await Assert.ThrowsAsync<InvalidDataException>(() => GetAsync(client, server.Url));
    }
}
