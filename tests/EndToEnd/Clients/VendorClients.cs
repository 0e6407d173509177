using System.Diagnostics;
using System.Text;

namespace EndToEnd.Clients;

/// <summary>The vendors' own npm packages in <c>tests/Clients</c>, unmodified, and Node to run them.</summary>
internal static class VendorClients
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static string Folder { get; } = Path.Combine(Root(), "tests", "Clients");

    /// <summary>Null where they can run.</summary>
    public static string? WhyNot { get; } =
        !Directory.Exists(Path.Combine(Folder, "node_modules")) ? "the vendors' clients are not installed: .build/npm-clients" : null;

    /// <summary>Runs a script of that folder; returns what it printed. Throws when it fails.</summary>
    public static async Task<string> RunAsync(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("node") { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8 };
        start.ArgumentList.Add(script);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new InvalidOperationException("node did not start.");
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var late = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{script} did not end within {Patience}: {await errors}");
        }
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{script} ended with {process.ExitCode}: {await errors}{await output}");
    }

    /// <summary>The version of an installed package.</summary>
    public static async Task<string> VersionAsync(string package)
    {
        using var json = System.Text.Json.JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(Folder, "node_modules", package, "package.json")));
        return json.RootElement.GetProperty("version").GetString()!;
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Engagement.sln"))) folder = folder.Parent;
        return folder.FullName;
    }
}

/// <summary>A test of a vendor's client.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClientTheoryAttribute : TheoryAttribute
{
    public ClientTheoryAttribute() => Skip = VendorClients.WhyNot;
}

/// <summary>A test of a vendor's client in a browser.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserClientFactAttribute : FactAttribute
{
    public BrowserClientFactAttribute() => Skip = VendorClients.WhyNot ?? (Browser.Executable is null ? "no Chromium here (Debian: chromium; or name one in ENGAGEMENT_CHROMIUM)" : null);
}
