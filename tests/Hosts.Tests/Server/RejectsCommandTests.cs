using System.CommandLine;
using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Events;
using Engagement.Core.Privacy;
using Engagement.Core.Sites;
using Engagement.Engine.Sites;
using Engagement.Server.Commands;
using Engagement.Server.Hosting;
using Microsoft.AspNetCore.Builder;

namespace Hosts.Tests.Server;

/// <summary><c>rejects list</c> and <c>rejects resend</c> against a real server on a free port.</summary>
public sealed class RejectsCommandTests : IAsyncLifetime
{
    private readonly TemporaryFolder _data = new();
    private WebApplication _server = null!;
    private string _address = "";

    public async Task InitializeAsync()
    {
        _server = await ServerComposer.ComposeAsync(new ServeOptions { Data = _data.File("data"), Demo = true, Port = 0, Quiet = true }, default);
        await _server.StartAsync();
        Assert.True(await ServerRun.UntilReadyAsync(_server, default));
        _address = ServerRun.AddressOf(_server);
    }

    public async Task DisposeAsync()
    {
        await _server.StopAsync();
        await _server.DisposeAsync();
        _data.Dispose();
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(Func<string, string?> environment, params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await RejectsCommand.Create(environment).Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }

    private Task<(int Code, string Output, string Error)> RunAsync(string verb, params string[] arguments) =>
        RunAsync(name => name == RejectsCommand.KeyVariable ? DemoKeys.Api : null, [verb, "--server", _address, .. arguments]);

    private async Task SendAsync(string body)
    {
        using var http = new HttpClient();
        using var response = await http.PostAsync(new Uri($"{_address}/v1/events?key={DemoKeys.Write}"), new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.True(response.IsSuccessStatusCode);
    }

    /// <summary>As an earlier version left it, which did not know what the present one takes.</summary>
    private async Task RejectByAnEarlierVersionAsync(string visitor, string json)
    {
        var (log, store, site) = ((IEventLog)_server.Services.GetService(typeof(IEventLog))!, (IDeliveryStore)_server.Services.GetService(typeof(IDeliveryStore))!, Demo);
        var now = Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
        var (key, id) = (VisitorIdentity.KeyOf(site, visitor, now), "0123456789abcdef01234567");
        var seal = Assert.Single(await store.KeepRejectKeysAsync(site.Id, [key], default));
        var original = Engagement.Collector.Rejects.SentOriginal.OfOwnForm(Encoding.UTF8.GetBytes(json), PrivacySignals.ConsentGiven).ToBytes();
        var box = Convert.ToBase64String(RejectSeal.Seal(seal, Convert.FromHexString(id), RejectRecord.PlaceOf(site.Id, key, id), original));
        var record = $$"""{"v":1,"site":"{{site.Id}}","receivedAt":"{{now}}","code":"invalid_field","field":"type","index":0,"bytes":9,"visitor":"{{key}}","id":"{{id}}","original":"{{box}}"}""";
        Assert.True((await log.AppendAsync(Topics.Rejects, [new LogAppend(Encoding.UTF8.GetBytes(site.Id), Encoding.UTF8.GetBytes(record))], default)).IsDurable);
    }

    private SiteModel Demo => ((SiteCatalogSource)_server.Services.GetService(typeof(SiteCatalogSource))!).Current.FindByKey(DemoKeys.Api)!.Value.Site;

    [Fact]
    public async Task ListAndResend_SayWhatThereIs_AndWhatBecameOfIt()
    {
        await SendAsync("""{"id":"1","visitor":"anna","type":"product_viewed","privacy":{"consent":true}}""");
        await RejectByAnEarlierVersionAsync("anna", """{"id":"2","visitor":"anna","type":"product_viewed","product":{"id":"p"},"privacy":{"consent":true}}""");

        var list = await RunAsync("list");
        Assert.Equal((ExitCodes.Ok, ""), (list.Code, list.Error));
        Assert.Equal(["invalid_field type native resendable", "missing_field product.id native resendable"], Lines(list.Output).Select(line => string.Join(' ', line.Split('\t')[1..])));
        Assert.Equal("more than 1: --max shows more", Lines((await RunAsync("list", "--max", "1")).Output)[^1]);
        Assert.Empty(Lines((await RunAsync("list", "--dialect", "segment")).Output));

        var dry = await RunAsync("resend", "--dry-run");
        Assert.Equal(["2 rejects", "1 would be taken", "1 would be rejected again: missing_field product.id"], Lines(dry.Output).Select(OneSpace));
        var sent = await RunAsync("resend", "--code", "invalid_field");
        Assert.Equal(["1 rejects", "1 taken"], Lines(sent.Output).Select(OneSpace));
        Assert.Equal((ExitCodes.Ok, ""), (sent.Code, sent.Error));
        var again = await RunAsync("resend");
        Assert.Equal(["2 rejects", "0 taken", "1 sent again before", "1 rejected again: missing_field product.id"], Lines(again.Output).Select(OneSpace));
        Assert.StartsWith("resent ", Lines((await RunAsync("list", "--code", "invalid_field")).Output).Single().Split('\t')[4], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_FromAFile_OrNone_OrBoth_OrWrong()
    {
        var file = _data.File("api.key");
        await File.WriteAllTextAsync(file, DemoKeys.Api + "\n");
        Assert.Equal(ExitCodes.Ok, (await RunAsync(name => name == RejectsCommand.KeyFileVariable ? file : null, "list", "--server", _address)).Code);
        var none = await RunAsync(_ => null, "list", "--server", _address);
        Assert.Equal(ExitCodes.BadConfiguration, none.Code);
        Assert.Contains(RejectsCommand.KeyVariable, none.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.BadConfiguration, (await RunAsync(_ => file, "list", "--server", _address)).Code);
        Assert.Equal(ExitCodes.BadConfiguration, (await RunAsync(name => name == RejectsCommand.KeyFileVariable ? _data.File("nothing") : null, "resend", "--server", _address)).Code);
        var refused = await RunAsync(name => name == RejectsCommand.KeyVariable ? DemoKeys.Write : null, "resend", "--server", _address);
        Assert.Equal(ExitCodes.Failed, refused.Code);
        Assert.Contains("403", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(DemoKeys.Write, refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_ThatIsNone_OrAQuestionThatIsNone_IsSaid()
    {
        Assert.NotEqual(ExitCodes.Ok, (await RunAsync(_ => DemoKeys.Api, "list", "--server", "nowhere")).Code);
        var away = await RunAsync(name => name == RejectsCommand.KeyVariable ? DemoKeys.Api : null, "resend", "--server", "http://127.0.0.1:1");
        Assert.Equal(ExitCodes.Failed, away.Code);
        Assert.NotEmpty(away.Error);
        var wrong = await RunAsync("resend", "--since", "yesterday");
        Assert.Equal(ExitCodes.Failed, wrong.Code);
        Assert.Contains("since", wrong.Error, StringComparison.Ordinal);
        Assert.NotEqual(ExitCodes.Ok, (await RunAsync("list", "--max", "0")).Code);
    }

    [Fact]
    public void Plain_WhatMovesATerminal_IsShownAndNotDone() =>
        Assert.Equal("a\\u001b[2Jb\\u000ac\\u202ed\\u009be", RejectText.Plain("a\u001b[2Jb\nc\u202ed\u009be"));

    private static string OneSpace(string line) => line.Trim().Replace("  ", " ", StringComparison.Ordinal);

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
