using BenchmarkDotNet.Running;
using Benchmarks.Core;
using Benchmarks.Micro;
using Benchmarks.Storage;

// One verb, one measurement; the README says what each figure means.
// core   bytes to decision on one core, against budgets.json; exits 1 over budget. [events] [visitors at a time]
// micro  BenchmarkDotNet; further arguments go to it, such as --filter '*Trees*'
return args switch
{
    ["core", .. var rest] => CoreThroughput.Run(rest),
    ["micro", .. var rest] => BenchmarkSwitcher.FromTypes([typeof(StageBenchmarks)]).Run(rest.Length == 0 ? ["--filter", "*"] : rest).Any() ? 0 : 1,
    ["storage"] => await StorageBenchmark.RunAsync(),
    ["storage-torture", var path] => await StorageTorture.RunAsync(path),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Benchmarks: core, micro, storage");
    return 2;
}
