using System.Diagnostics;
using System.Text;

namespace Engagement.Testing;

/// <summary>The vendors' own npm packages in <c>tests/Clients</c>, unmodified, each driven by a script of that folder; and Node to run them.</summary>
internal static class VendorClients
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static string Folder { get; } = Repository.PathOf("tests", "Clients");

    /// <summary>Null where they can run; else what is missing.</summary>
    public static string? WhyNot { get; } =
        Find("node") is null ? "node is not installed (Debian: nodejs npm)"
        : !Directory.Exists(Path.Combine(Folder, "node_modules")) ? "the vendors' clients are not installed: .build/npm-clients" : null;

    /// <summary>Runs a script to its end; returns what it printed. Throws with what it said when it fails or takes too long.</summary>
    public static async Task<string> RunAsync(string script, string[] arguments, (string Name, string Value)? environment = null)
    {
        var start = new ProcessStartInfo("node", [script, .. arguments])
        {
            WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8,
        };
        if (environment is var (name, value)) start.Environment[name] = value;
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
            throw new TimeoutException($"{script} did not end within {Patience}: {await errors}{await output}");
        }
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{script} ended with {process.ExitCode}: {await errors}{await output}");
    }

    /// <summary>Where a program is on the path; null where it is not.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
