// Cores that stay awake between a step's operations.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "threads.h"

#if defined(__linux__)
#include <sched.h>
#endif

namespace touchstone {

// TensorFlow's threads sleep after each operation. A core with nothing else to do then stops, and starting it again takes as long as a small
// operation does (on a virtual machine more: it goes through the host). So threads of the lowest priority there is, which give a core
// back at once to whoever else wants it, wait in a loop for a while after each operation.
class AwakeCores {
 public:
  static AwakeCores& instance() {
    static AwakeCores* cores = new AwakeCores();
    return *cores;
  }

  // Starts the threads, at the first call. Elsewhere than on Linux no priority is low enough: there are none.
  void start(int count) {
#if defined(__linux__)
    std::lock_guard<std::mutex> lock(mutex_);
    for (; started_ < count; started_++) std::thread([this] { serve(); }).detach();
#endif
  }

  // Called at each operation.
  void stay() {
    until_ = now() + kLingerUs;
    if (sleeping_ == 0) return;
    { std::lock_guard<std::mutex> lock(mutex_); }
    begin_.notify_all();
  }

 private:
  // As long as the longest operation of a small network; larger ones lose little by waiting.
  static constexpr int64_t kLingerUs = 5000;

  static int64_t now() {
    const auto time = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(time).count();
  }

#if defined(__linux__)
  void serve() {
    const sched_param lowest = {};
    if (sched_setscheduler(0, SCHED_IDLE, &lowest) != 0) return;
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      sleeping_++;
      begin_.wait(lock, [this] { return now() < until_; });
      sleeping_--;
      lock.unlock();
      while (now() < until_) pause_briefly();
      lock.lock();
    }
  }
#endif

  std::mutex mutex_;
  std::condition_variable begin_;
  std::atomic<int64_t> until_{0};
  std::atomic<int> sleeping_{0};
  int started_ = 0;
};

}  // namespace touchstone
