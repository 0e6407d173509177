using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Hosts.Tests.Server;

/// <summary>Files in a folder of their own, served over a real port; a client that follows no redirect.</summary>
internal sealed class FilesHost : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WebApplication _app;

    private FilesHost()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
    }

    public HttpClient Http { get; private set; } = null!;

    /// <param name="map">Serves the folder.</param>
    /// <param name="files">By name, with <c>/</c> between folders.</param>
    public static async Task<FilesHost> StartAsync(Action<WebApplication, string> map, params (string Name, string Text)[] files)
    {
        var host = new FilesHost();
        var root = Directory.CreateDirectory(host._folder.File("files")).FullName;
        foreach (var (name, text) in files)
        {
            var path = Path.Combine([root, .. name.Split('/')]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, text);
        }
        map(host._app, root);
        await host._app.StartAsync();
        host.Http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(host._app.Urls.Single()) };
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
