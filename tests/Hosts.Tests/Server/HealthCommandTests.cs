using System.CommandLine;
using System.Globalization;
using Engagement.Server.Commands;
using Engagement.Server.Hosting;

namespace Hosts.Tests.Server;

public sealed class HealthCommandTests
{
    [Fact]
    public async Task Health_OfARunningServer_IsWellAndOfAStoppedOneNot()
    {
        using var data = new TemporaryFolder();
        await using var server = await ServerComposer.ComposeAsync(new ServeOptions { Data = data.File("data"), Demo = true, Port = 0, Quiet = true }, default);
        await server.StartAsync();
        Assert.True(await ServerRun.UntilReadyAsync(server, default));
        var port = new Uri(ServerRun.AddressOf(server)).Port.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(ExitCodes.Ok, await AskAsync("--port", port));
        Assert.Equal(ExitCodes.Ok, await AskAsync("--port", port, "--ready"));
        await server.StopAsync();
        Assert.Equal(ExitCodes.Failed, await AskAsync("--port", port, "--ready"));
    }

    private static Task<int> AskAsync(params string[] options) =>
        CommandLine.Create().Parse(["health", .. options]).InvokeAsync(new InvocationConfiguration { Error = TextWriter.Null });
}
