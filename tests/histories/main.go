// Checks histories of S3 clients: `histories [-whole] FILE...`, each file a JSON line for each call. Says of each whether it is
// linearizable, and ends with 1 where one is not.
package main

import (
	"flag"
	"fmt"
	"os"
)

func checkFile(path string, whole bool) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	calls, err := read(file)
	if err != nil {
		return err
	}
	if len(calls) == 0 {
		return fmt.Errorf("no calls")
	}
	if err := check(calls, whole); err != nil {
		return err
	}
	fmt.Printf("%s: %d calls are linearizable\n", path, len(calls))
	return nil
}

func main() {
	whole := flag.Bool("whole", false, "all keys at once, too: a list shows one instant")
	flag.Parse()
	failed := flag.NArg() == 0
	for _, path := range flag.Args() {
		if err := checkFile(path, *whole); err != nil {
			fmt.Printf("%s: NOT LINEARIZABLE: %v\n", path, err)
			failed = true
		}
	}
	if failed {
		os.Exit(1)
	}
}
