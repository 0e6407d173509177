using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Engagement.Engine.Sites;
using Engagement.Server.Hosting;
using Engagement.Testing;

namespace Hosts.Tests.Deploy;

/// <summary>The gateway's file in a real nginx before a real server.</summary>
public sealed class GatewayTests
{
    [NginxFact]
    public async Task Nginx_WithTheGatewaysFile_PassesEventsAnswersAndUnheldStreams()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerComposer.ComposeAsync(new ServeOptions { Data = folder.File("data"), Demo = true, Port = 0, Quiet = true }, default);
        await server.StartAsync();
        Assert.True(await ServerRun.UntilReadyAsync(server, default));
        var port = FreePort();
        using var nginx = Start(folder, port, new Uri(ServerRun.AddressOf(server)).Port);
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(20) };
            await UntilListeningAsync(http, nginx);

            using var events = await http.SendAsync(Request(HttpMethod.Post, "/v1/events", DemoKeys.Write, """[{"id":"1","visitor":"v1","type":"page_viewed"}]"""));
            Assert.Equal(HttpStatusCode.Accepted, events.StatusCode);
            using var answer = await http.SendAsync(Request(HttpMethod.Get, "/v1/should-engage?visitor=v1", DemoKeys.Api));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            // The collector's own refusal, not the gateway's: it says how much is allowed. It comes while the gateway still writes, so it is asked for often.
            for (var i = 0; i < 20; i++)
            {
                using var large = await http.SendAsync(Request(HttpMethod.Post, "/v1/events", DemoKeys.Write, new string(' ', 2_000_000)));
                Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "application/problem+json"), (large.StatusCode, large.Content.Headers.ContentType?.MediaType));
            }
            using var inside = await http.GetAsync("/health/ready");
            Assert.Equal(HttpStatusCode.NotFound, inside.StatusCode);

            using var stream = await http.SendAsync(Request(HttpMethod.Get, "/v1/agents/cards/stream", DemoKeys.Agent), HttpCompletionOption.ResponseHeadersRead);
            using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync());
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            Assert.StartsWith("retry:", await reader.ReadLineAsync(patience.Token), StringComparison.Ordinal);

            await using var hub = await HubClient.OpenAsync(http.BaseAddress, DemoKeys.Agent, "ada");
            Assert.Equal("not_found", (string?)(await hub.JoinAsync("o_00000000000000000000000000000001_1"))["problem"]?["code"]);
        }
        finally
        {
            nginx.Kill();
            await nginx.WaitForExitAsync();
        }
        await server.StopAsync();
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, string key, string? body = null)
    {
        var request = new HttpRequestMessage(method, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
        if (body is not null) request.Content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        return request;
    }

    /// <summary>The file as it is, but for where the nodes are and where it listens.</summary>
    private static Process Start(TemporaryFolder folder, int port, int serverPort)
    {
        var site = DeployFiles.Read("gateway/nginx.conf").Replace("listen 8080;", $"listen 127.0.0.1:{port};", StringComparison.Ordinal);
        foreach (var node in new[] { "collector-1", "collector-2", "engine-1", "engine-2" }) site = site.Replace($"{node}:8080", $"127.0.0.1:{serverPort}", StringComparison.Ordinal);
        var paths = string.Join('\n', new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(p => $"{p}_temp_path {folder.File(p)};"));
        File.WriteAllText(folder.File("nginx.conf"), $$"""
            daemon off;
            master_process off;
            pid {{folder.File("nginx.pid")}};
            error_log stderr error;
            events {}
            http {
            {{paths}}
            {{site}}
            }
            """);
        return Process.Start(new ProcessStartInfo(NginxFactAttribute.Program!, ["-p", Path.GetDirectoryName(folder.File("nginx.conf"))!, "-c", folder.File("nginx.conf"), "-e", "stderr"]))!;
    }

    private static async Task UntilListeningAsync(HttpClient http, Process nginx)
    {
        for (var patience = 200; ; patience--)
        {
            Assert.False(nginx.HasExited, "nginx refused the file");
            Assert.True(patience > 0, "nginx does not listen");
            try
            {
                using var answer = await http.GetAsync("/health/live");
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(25);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>A test on a real nginx: skipped, and said so, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NginxFactAttribute : FactAttribute
{
    public static string? Program { get; } =
        new[] { "/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/bin/nginx", "/opt/homebrew/bin/nginx" }.FirstOrDefault(File.Exists);

    public NginxFactAttribute()
    {
        if (Program is null) Skip = "nginx is not here (Debian: nginx-light)";
    }
}
